"""The text of an article: sentences, boilerplate and words."""
