"""People who leave: what they hold, who takes it, and how their account is closed."""
