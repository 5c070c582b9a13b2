"""Who does the work, where, and what they may do."""
