"""Closed forms and computed equilibria with which the market is compared.

Pure functions of numbers, one module per subject, each with its source. Nothing here knows the market: these are the
literature's answers to questions that the market can be asked too. Money is in any one unit, and rates and times in any
one unit of time, unless a function says otherwise. Arguments outside a formula's range raise ValueError, with their
name and what is allowed.
"""
