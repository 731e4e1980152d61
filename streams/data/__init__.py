"""Versioned data that extraction reads: the registry of entities, lexicons and model weights, each with its loader."""
