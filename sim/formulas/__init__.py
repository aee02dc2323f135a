"""Closed forms and computed equilibria that the market is held against.

Pure functions of numbers, one module a subject, each with the paper it comes from. Nothing here knows the market:
these are the answers the literature gives to questions that can be put to it. Money is in any one unit, and rates
and times in any one unit of time, unless a function says otherwise.
"""
