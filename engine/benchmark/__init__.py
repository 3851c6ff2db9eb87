"""What `alize bench` measures: an installation can time itself beside its own raw bound."""
