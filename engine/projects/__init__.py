"""The dossiers: a firm's project from its intake to its end, and all that is recorded about it."""
