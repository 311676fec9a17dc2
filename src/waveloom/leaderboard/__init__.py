"""Every generator that was measured, side by side, where that is fair."""
