"""Index facts: what a text says that an index did."""
