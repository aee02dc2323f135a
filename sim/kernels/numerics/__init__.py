"""Compiler, randomness and arithmetic that kernels are made with."""
