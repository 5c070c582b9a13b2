"""A case's journey, one file a step."""
