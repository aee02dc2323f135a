"""Planted faults: small changes of the source that some test must notice. `python -m tests.mutants` runs them all.

They are no part of the fast suite, which only makes sure that each still fits the source (``test_mutants.py``).
"""
