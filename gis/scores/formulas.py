"""The definitions of figures: a table with versions that a city edits (`data/codes/formulas.csv`), read and checked.

Before: `sets`, `units`. After: `figures`. A definition names its numerator and denominator as sets, says what a figure
without a denominator is, and holds from a day on; an older version stays in the table for the periods before.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from importlib.resources import files
from typing import Any

from gis.errors import InputError
from gis.scores.sets import SETS, SetOf
from gis.scores.units import UNITS, Count, Unit, rate

WORST, BEST = 1, 5
KINDS = ("count", "rate", "weighted", "score")


@dataclass(frozen=True)
class Formula:
    """One version of one definition."""

    id: str
    version: int
    valid_from: date
    zh: str
    en: str
    kind: str
    unit: type[Unit]
    numerator: str
    denominator: str
    zero: str
    note_zh: str
    note_en: str

    @property
    def parts(self) -> dict[str, SetOf]:
        """Give the sets it is made of: `numerator`, and for a rate `denominator`."""
        if self.kind == "score":
            return {}
        top = SETS["answers_rated"] if self.kind == "weighted" else SETS[self.numerator]
        return {"numerator": top} | ({"denominator": SETS[self.denominator]} if self.denominator else {})

    @property
    def shares(self) -> dict[str, Decimal]:
        """Give, of a score, each figure's weight."""
        pairs = (part.partition(":") for part in self.numerator.split(";"))
        return {name.strip(): Decimal(weight) for name, _, weight in pairs}


def read_formulas(rows: list[dict[str, str]]) -> list[Formula]:
    """Read and check a table of definitions.

    Raises
    ------
    InputError
        A set does not exist, a kind is not known, a cell cannot be read.
    MixedUnitsError
        A rate across units.
    """
    made = [_read(row) for row in rows]
    keys = [(one.id, one.version) for one in made]
    doubled = next((key for key in keys if keys.count(key) > 1), None)
    if doubled:
        raise InputError(f"The table of formulas has {doubled[0]} version {doubled[1]} twice.")
    return made


def _read(row: Mapping[str, Any]) -> Formula:
    where = f"formulas.csv, {row.get('id')}"
    try:
        made = Formula(
            **{
                **row,
                "version": int(row["version"]),
                "valid_from": date.fromisoformat(row["valid_from"]),
                "unit": UNITS[row["unit"]],
            }
        )
    except (KeyError, ValueError, TypeError) as fault:
        raise InputError(f"{where}: {fault} cannot be read.") from fault
    if made.kind not in KINDS:
        raise InputError(f"{where}: the kind is one of {', '.join(KINDS)}, not {made.kind!r}.")
    if made.kind == "score":
        return made
    for name in (made.numerator, made.denominator):
        if name and name not in SETS and made.kind != "weighted":
            raise InputError(f"{where}: there is no set {name!r}; the sets are {', '.join(SETS)}.")
    if made.kind != "count":
        top, bottom = made.parts["numerator"], made.parts["denominator"]
        rate(Count(Decimal(0), top.unit), Count(Decimal(1), bottom.unit))
    return made


@lru_cache(maxsize=1)
def shipped() -> tuple[Formula, ...]:
    """Read the table of `data/codes/formulas.csv`, once a process."""
    return tuple(read_formulas(_table("formulas.csv")))


def in_force(formulas: tuple[Formula, ...], day: date) -> list[Formula]:
    """Give the definitions that hold on a day, in the order of the table, one version each."""
    held = [one for one in formulas if one.valid_from <= day]
    newest = {one.id: max((o for o in held if o.id == one.id), key=lambda o: o.valid_from) for one in held}
    return list(newest.values())


def formula(identity: str, day: date) -> Formula:
    """Give one definition as it holds on a day.

    Raises
    ------
    InputError
        When there is none.
    """
    found = next((one for one in in_force(shipped(), day) if one.id == identity.upper()), None)
    if found is None:
        known = ", ".join(one.id for one in in_force(shipped(), day))
        raise InputError(
            f"没有 {identity[:10]} 这个指标。 There is no figure {identity[:10]}; there are {known}."
        )
    return found


@lru_cache(maxsize=1)
def weights() -> dict[int, Decimal]:
    """Read how much each rating counts (`data/codes/ratings.csv`).

    Raises
    ------
    InputError
        A rating is not one of 1 to 5, or a weight no number from 0 to 1.
    """
    found = {}
    for row in _table("ratings.csv"):
        try:
            rating, weight = int(row["satisfaction"]), Decimal(row["weight"])
        except (ValueError, InvalidOperation) as fault:
            raise InputError(f"ratings.csv: {row} cannot be read.") from fault
        if not (WORST <= rating <= BEST and 0 <= weight <= 1):
            raise InputError(f"ratings.csv: {row} is no rating of 1 to 5 with a weight from 0 to 1.")
        found[rating] = weight
    return found


def _table(name: str) -> list[dict[str, str]]:
    words = files("data").joinpath("codes", name).read_text("utf-8")
    return list(csv.DictReader(words.splitlines()))
