"""How often each thing comes round, in which season; and the files that say it."""
