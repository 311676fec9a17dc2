"""The report on a translator: one HTML page with a summary, sounds to compare, tables and figures."""
