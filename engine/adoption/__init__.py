"""Projects that began before Alizé: read from a spreadsheet, checked, shown, then taken over (D15)."""
