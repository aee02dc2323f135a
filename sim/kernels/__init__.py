"""The compiled inner loops of the market, and nothing else.

A kernel takes numbers and arrays, writes into arrays it is given, and computes: no objects, no text, no
files, no checks of what the user typed. Whoever calls a kernel has validated and allocated before. Kernels
know numpy and numba only, so this package can be read, tested and timed on its own.

Start with `compiler` (`kernel`, the one decorator), `elementary` (logarithm, exponential and quantiles with
the same bits on every machine) and `randomness` (random numbers as functions of who, when and what for).
"""
