"""A believable demonstration: four basins and their projects, made by playing two years of their life."""

from engine.demo.cast import accounts
from engine.demo.making import erase, make

__all__ = ["accounts", "erase", "make"]
