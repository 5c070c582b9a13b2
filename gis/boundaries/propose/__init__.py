"""What the machine proposes: several good plans for a number of parts, from the units' neighbourhood alone."""
