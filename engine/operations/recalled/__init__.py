"""What a page recalls above a form’s questions: the few facts that the answer depends on, by phase."""
