"""From diagrams to versions one can trust."""
