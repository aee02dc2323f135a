"""The market of ``market.toml`` once more, in other libraries, each as a good user of it would write it.

All of them make the same purchases: the same needs, offers, prices, worths, empty shelves, orders and payments for
goods. What Middleman does on top and they leave out: a journal of every transfer and movement, double-entry checks at
the end of each day, freight, handling, wages and rents, carriers' queues, delivery days, trust, book values, reviews of
prices and of assortments (here without effect), why nothing was bought, and figures.
"""
