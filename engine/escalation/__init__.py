"""Reminding people who are late, gently and in the open: rungs of a ladder, one at a time."""
