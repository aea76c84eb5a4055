"""The ladder: from the smallest failure to every size, with two engines or more on each rung."""
