"""Which label, and which of its stored sounds, an English text means."""
