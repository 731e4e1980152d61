"""Markup: which characters of a text are tags and references, and what a reader sees in their place."""
