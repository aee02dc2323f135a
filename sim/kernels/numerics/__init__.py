"""Compiler, randomness and arithmetic for kernels."""
