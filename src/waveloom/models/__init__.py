"""Recipes, networks, and trained models as files."""
