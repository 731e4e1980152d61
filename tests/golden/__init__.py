"""Outputs that are held to the letter, or to what a reader finds."""
