"""Who is who: persons, accounts, organisations, basins, and their dated roles (D16)."""
