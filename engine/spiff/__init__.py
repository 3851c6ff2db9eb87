"""The only door to SpiffWorkflow: read diagrams, play instances, save and restore them."""
