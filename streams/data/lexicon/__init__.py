"""What words are, as data: tables that all readers of text share, a folder a language."""
