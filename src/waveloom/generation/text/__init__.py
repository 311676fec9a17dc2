"""From what people say to the labels a generator knows: by name where it is one, by meaning where it is not."""
