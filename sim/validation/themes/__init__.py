"""The checks of the proof, one module a subject: what theory says of a small market, and what the market does."""
