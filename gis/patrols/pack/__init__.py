"""Packing one walk: what is due, in the order that costs least walking, within shift, breaks and people's hours.

Before: `patrols.rounds.due` says what is due. After: `patrols.rounds.planning` keeps the round. No database and no
clock of the wall here: times are whole seconds since the day's midnight. `problem` is what comes in, `hours` takes
breaks out of the day, `exact` solves up to seven stops by trying every order, `search` gives more to PyVRP, `plan` is
what comes out.
"""
