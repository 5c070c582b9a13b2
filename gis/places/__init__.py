"""What stands on the ground, and the words people use for it."""
