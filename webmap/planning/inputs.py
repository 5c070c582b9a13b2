"""What the planner's screen sends, read and checked before anything is decided.

Before: a JSON body. After: `gis.boundaries.plans`, which checks it against the draft.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import shapely
from pydantic import BaseModel, ConfigDict, Field, model_validator

from gis.boundaries.proposals import MOST_PARTS

MOST_UNITS = 50_000
MOST_CORNERS = 500

Key = Annotated[int, Field(ge=0, le=100_000)]
Degrees = Annotated[float, Field(ge=-180.0, le=180.0)]
Corner = tuple[Degrees, Degrees]


class Edit(BaseModel):
    """One edit of a draft; `revision` is what its maker has seen."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["paint", "line_along", "split_line", "split", "merge", "swap", "lock", "name"]
    revision: int
    part: Key | None = None
    other: Key | None = None
    units: Annotated[list[Key], Field(max_length=MOST_UNITS)] = []
    parts: Annotated[int, Field(ge=1, le=1000)] | Annotated[list[Key], Field(max_length=1000)] | None = None
    line: Annotated[list[Corner], Field(min_length=2, max_length=MOST_CORNERS)] | None = None
    on: bool = True
    name: Annotated[str, Field(max_length=200)] | None = None

    @model_validator(mode="after")
    def _a_number_or_grids(self) -> Edit:
        if self.parts is not None and isinstance(self.parts, int) != (self.kind == "split"):
            raise ValueError("parts is a number for split, and a list of grids for the others")
        return self

    def given(self) -> dict[str, Any]:
        """Give it as `plans.edit` takes it."""
        told = self.model_dump(exclude={"kind", "revision"}, exclude_none=True)
        if self.line is not None:
            told["line"] = shapely.LineString(self.line)
        return told


class Seen(BaseModel):
    """What somebody has seen of a draft before undoing, redoing or counting anew."""

    model_config = ConfigDict(extra="forbid")

    revision: int


class Scales(BaseModel):
    """Weights of the workload and limits of the rules; an empty limit is not asked."""

    model_config = ConfigDict(extra="forbid")

    revision: int
    weights: dict[str, Any]
    limits: dict[str, Any] = {}


class Wish(BaseModel):
    """What is asked of the machine: how many grids, or of about how many households each."""

    model_config = ConfigDict(extra="forbid")

    keys: Annotated[list[Key], Field(max_length=1000)] = []
    parts: Annotated[int, Field(ge=1, le=MOST_PARTS)] | None = None
    households: Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)] | None = None
    tolerance: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)] = 0.05
    seconds: Literal[10, 60] = 10


class Choice(BaseModel):
    """Which proposal is to become the draft."""

    model_config = ConfigDict(extra="forbid")

    revision: int
    job: int
    offer: Annotated[int, Field(ge=0, le=100)]
