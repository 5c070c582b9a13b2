"""The grid member: my cases."""
