"""The explicit search in plain Python: for small scopes, and where nothing can be compiled."""
