"""Dispatch: rules a city edits, the choice among members, its receipt, and the trial on past cases."""
