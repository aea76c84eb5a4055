"""The transition system: what every engine takes, and the only thing it knows of a model."""
