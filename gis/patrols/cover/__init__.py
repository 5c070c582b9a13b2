"""Covering walks: every section of a network is seen, by one member or by several whose walks are equally long.

Before: `network`. After: `wangge patrol cover` and the rounds. `matching` pairs odd junctions at least cost, `postman`
makes the network walkable with least repetition and proves by how much, `touring` walks it, `sharing` shares it out,
`plan` puts it together, `checking` proves the result by walking it, `writing` saves it.
"""
