"""Rounds of a day: what is due, who goes where, what happened, what one takes along. Planned, walked, told."""
