"""Pages, files and papers of figures."""
