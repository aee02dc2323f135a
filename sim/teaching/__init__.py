"""Teaching a class: rooms that phones join, lessons as data, and a market with seats for people."""
