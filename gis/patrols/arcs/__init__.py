"""Arc routing: rounds that serve pieces of way, each once, in the better direction, within load and length.

Before: numbers from a network. After: rounds in order. `problem` says what is to be served, `solve.solve` finds
rounds, `checking.check` proves them against a file that `reading` has read. Pure: no database, no shapes.
"""
