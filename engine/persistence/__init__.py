"""Where everything is kept: one transaction per act, an append-only history, claims."""
