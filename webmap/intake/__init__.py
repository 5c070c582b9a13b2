"""The resident: report, track."""
