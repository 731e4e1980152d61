"""Training of weights from labelled texts. No worker imports it."""
