"""Files of TOML that users write: read into a class, and refused with file, line, field and reason."""
