"""The compiled inner loops of the market, and nothing else.

A kernel takes numbers and arrays, computes, and writes into arrays it is given: no objects, no text, no files, no
checks of user input. Callers validate and allocate first. Kernels import only numpy and numba, so this package can be
read, tested and timed on its own.

Start with `compiler` (`kernel`, the only decorator), `elementary` (logarithm, exponential and quantiles with the same
bits on every machine) and `randomness` (random numbers as functions of who, when and what for).
"""
