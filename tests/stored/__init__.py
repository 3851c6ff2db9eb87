"""What each release left in databases, kept here so that every later one is shown to go on with it (D13)."""
