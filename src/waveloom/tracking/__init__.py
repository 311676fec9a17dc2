"""MLflow: runs, headline metrics and pyfunc models."""
