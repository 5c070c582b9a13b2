"""A member's week: shifts, each thing by its own rhythm, days that can be walked, kept from night to night."""
