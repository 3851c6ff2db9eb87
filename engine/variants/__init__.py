"""A basin's own way of running the process: its draft, its review, its publication (D14)."""
