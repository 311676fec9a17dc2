"""Ways to steer a generator by its noise: from one sound to another, and along directions named by what they move."""
