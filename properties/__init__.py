"""What must hold of the systems, and the verdict each variant must get."""
