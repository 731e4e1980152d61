"""Sentiment: how good or bad a text is for what it names."""
