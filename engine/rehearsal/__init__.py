"""A variant played on an imaginary project, by the real engine, in memory: nothing real is touched."""
