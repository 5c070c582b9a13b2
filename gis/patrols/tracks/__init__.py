"""What was seen: fixes of a round, cleaned and matched to the walking network.

Before: `network`, fixes of a running round. After: `gis.patrols.seen`. `cleaning` takes out what cannot be and evens
out noise, `matching` finds sections near by, `viterbi` chooses the likeliest way, `stretches` joins and measures.
"""
