"""Towns, population, places and products: drawn once per seed, the same under every regime."""
