"""The database's history: numbered steps, up and down."""
