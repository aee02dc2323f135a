"""Fault injection: a scenario's operations are counted, then it is repeated with a fault at each of them.

In the manner of SQLite's tests of I/O errors, of a full disk, of memory and of crashes (Hipp, "How SQLite Is Tested").
``python -m tests.faults`` walks through all points and prints the table of docs/background/reliability.md.
"""
