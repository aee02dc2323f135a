"""Fuzzing: damaged files, tables, links and messages are refused in words, or read; anything else is a fault.

``python -m tests.fuzz --minutes 5 --seed 1`` (Miller, Fredriksen and So, 1990).
"""
