"""The redraw: units of ground, plans over them, what breaks which rule, and what the machine proposes."""
