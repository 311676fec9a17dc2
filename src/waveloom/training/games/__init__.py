"""PLUG-IN. Who is trained against whom; one game per file."""
