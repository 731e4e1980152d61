"""Events: what a text says that a company or a government did."""
