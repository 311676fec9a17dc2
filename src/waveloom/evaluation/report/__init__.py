"""The report: one HTML page with figures, players and a summary."""
