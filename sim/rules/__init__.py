"""Rules by which firms decide: pricing, replenishment, assortment.

A rule is a frozen set of parameters with one method, ``decide(view, state) -> (decision, state)``. It
sees what its firm could know and nothing else; what it learns lives in the state it hands back. Firms
that share a rule decide together, in arrays.
"""
