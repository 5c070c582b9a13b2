"""From a file's rows to the database: one way for all kinds. Each room declares its kinds beside its models."""
