"""What was seen: fixes of a round, cleaned and matched to the walking network.

Before: `network`, fixes of a running round. After: `gis.patrols.seen.counting`. `cleaning` takes out what cannot be,
`cells` cuts the network small and `moves` says how one goes on in it, `pace` learns speed and noise from the track
itself, `walks` draws the walks it may have been, `matching` calls seen what enough of them passed, `stretches`
measures.
"""
