"""Towns, people, places and products: drawn once a seed, the same under every regime."""
