"""How long what concerns people is kept, what the system holds on one of them, and how it is forgotten."""
