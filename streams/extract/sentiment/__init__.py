"""Sentiment: how good or bad a text is for the entities that it names."""
