"""What was seen: fixes kept while a round runs, counted once, without the person; shares and blind spots."""
