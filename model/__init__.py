"""The systems that are checked."""
