"""Listening tests: studies, the ratings people gave, and what follows from them."""
