"""Names in a text: entities and what tells them apart."""
