"""Figures and bottlenecks: read from task facts and domain tables, never changing them."""
