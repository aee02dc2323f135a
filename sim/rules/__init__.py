"""Rules by which firms decide: pricing, replenishment, assortment, entry, closing.

A rule is a frozen set of parameters with one method, ``decide(view, state) -> (decision, state)``. It sees only what
its firm could know; what it learns is kept in the state it returns. Firms that share a rule decide together, in arrays.
"""
