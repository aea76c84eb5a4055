"""The checker: the language, the transition system, the engines, the verdicts and the command line."""
