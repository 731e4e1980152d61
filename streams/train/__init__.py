"""Training: weights learned from labels. No worker imports it."""
