"""The machinery of a market's day: prices, assortments, orders, deliveries, books."""
