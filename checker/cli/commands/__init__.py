"""The commands: their options and help texts. What a command does is imported when it runs."""
