"""Diagrams and their variants: data, read as package resources."""
