"""准入: which work an agency may send to grids, what it costs them, and answers that are given once."""
