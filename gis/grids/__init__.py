"""How the ground is divided, and since when."""
