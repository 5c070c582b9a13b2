"""What is true: the ground, the places, the people who answer for them, and the cases. No web, no queue."""
