"""Tables a city may edit, and the sample town."""
