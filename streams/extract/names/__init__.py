"""Recognition of entities by their names, and what tells entities of one name apart."""
