"""Which protections a system needs: every set of them is decided, and the smallest that do are found."""
