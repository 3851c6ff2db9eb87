"""The cooperation agreement: its text, its signatories by capacity, their signatures."""
