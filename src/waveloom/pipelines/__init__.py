"""Kedro pipelines: wiring only. Each node converts its inputs, calls one library function and converts the result."""
