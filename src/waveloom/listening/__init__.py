"""Listening tests: studies, ratings, and their statistics."""
