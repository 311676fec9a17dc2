"""What one wishes to know of a collection of sounds before training on it."""
