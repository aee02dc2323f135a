"""The checks, one module per theme: theory's claims about a small market, and what the market does."""
