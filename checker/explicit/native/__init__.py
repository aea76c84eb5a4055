"""The explicit search compiled to machine code with LLVM."""
