"""Extraction: what an article says. `annotate.py` puts the steps together."""
