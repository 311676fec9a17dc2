"""What a generator is worth: samples drawn, measured against real sounds, and shown in one report."""
