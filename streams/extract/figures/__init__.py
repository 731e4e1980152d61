"""Figures in a text: quantities, numerals and dates."""
