"""The command line: finds models by name, runs the engines, and shows what they found. It prints; engines never do."""
