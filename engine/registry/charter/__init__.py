"""The cahier des charges: its articles, and what proves that a diagram keeps them."""
