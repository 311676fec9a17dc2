"""The evaluation report: one HTML page with a summary, audio players, tables and figures."""
