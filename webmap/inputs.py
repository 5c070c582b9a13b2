"""What comes in from outside, with its types: JSON of programs, fields of forms. Faults become sentences.

Before: the request. After: `cases.intake` and the other steps, which check what the words mean.
"""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Annotated, Any, Literal, TypeVar
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from gis.cases.intake import NewReport, Pin, clean
from gis.errors import InputError

LONGEST_WHERE = 200
CODE = r"^[A-Za-z0-9_-]{1,20}$"
TOKEN = re.compile(r"[A-Za-z0-9_-]{8,64}")
LARGEST_ID = 2**63 - 1

Model = TypeVar("Model", bound=BaseModel)
Degrees = Annotated[float, Field(allow_inf_nan=False)]


class ReportInput(BaseModel):
    """A report as a program sends it."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    text: Annotated[str, Field(min_length=1)]
    lon: Degrees | None = None
    lat: Degrees | None = None
    crs: Annotated[str, Field(max_length=20)] = "wgs84"
    category: Annotated[str, Field(pattern=CODE)] | None = None
    channel: Literal["api", "web", "phone", "wechat", "visit"] = "api"
    client_request_id: str = Field(default_factory=lambda: uuid4().hex)
    contact: str = ""
    language: Literal["zh", "en"] = "zh"

    @model_validator(mode="after")
    def _both_or_neither(self) -> ReportInput:
        if (self.lon is None) != (self.lat is None):
            raise ValueError("lon and lat go together")
        return self

    def as_report(self) -> NewReport:
        """Give it as the journey takes it."""
        pin = Pin(self.lon, self.lat, self.crs) if self.lon is not None and self.lat is not None else None
        return NewReport(
            text=clean(self.text),
            channel=self.channel,
            client_request_id=self.client_request_id,
            pin=pin,
            category=self.category,
            contact=self.contact,
            language=self.language,
        )


def read_json(model: type[Model], body: bytes) -> Model:
    """Read a JSON body into a model.

    Raises
    ------
    InputError
        In one sentence that names every field at fault; `details["faults"]` lists them for programs.
    """
    try:
        return model.model_validate_json(body)
    except ValidationError as fault:
        faults = [{"field": _field(one), "fault": one["msg"]} for one in fault.errors(include_url=False)]
        words = "; ".join(f"{one['field']}: {one['fault']}" for one in faults[:5])
        raise InputError(
            f"提交的内容有误（{words}）。 What was sent cannot be used: {words}", faults=faults
        ) from fault


def _field(fault: Any) -> str:
    return ".".join(str(part) for part in fault["loc"])[:60] or "body"


def number(value: str | None, field: str) -> float | None:
    """Read an optional number of a form.

    Raises
    ------
    InputError
        When it is there and no finite number.
    """
    if value is None or not value.strip():
        return None
    try:
        read = float(value)
    except ValueError:
        read = math.nan
    if not math.isfinite(read):
        raise InputError("这里应当是数字。 This must be a number.", field=field)
    return read


def day(
    value: str | None, field: str, said: str = "日期应如 2026-01-31。 Write the day as 2026-01-31."
) -> date:
    """Read a day of a form or an address.

    Raises
    ------
    InputError
        When it is none, in the given words.
    """
    try:
        return date.fromisoformat(value or "")
    except ValueError:
        raise InputError(said, field=field) from None


def row_id(value: str | None, field: str) -> int:
    """Read the id of a row that a form names.

    Raises
    ------
    InputError
        When it is missing or no id.
    """
    found = optional_id(value, field)
    if found is None:
        raise InputError("请先选择一项。 Choose one first.", field=field)
    return found


def optional_id(value: str | None, field: str) -> int | None:
    """Read the id of a row, or None when the form leaves it out."""
    words = (value or "").strip()
    if not words:
        return None
    if not (words.isascii() and words.isdigit()) or int(words[:20]) > LARGEST_ID:
        raise InputError(
            "选择的项不存在，请刷新后再试。 That choice does not exist; reload the page.", field=field
        )
    return int(words)


def is_id(words: str) -> bool:
    """Say whether words are the id of a row, as far as a database can hold one."""
    return words.isascii() and words.isdigit() and int(words[:20]) <= LARGEST_ID


def words_of(value: str | None, longest: int) -> str:
    """Read free words of a form: control signs are dropped, and what is beyond the longest is refused.

    Raises
    ------
    InputError
    """
    words = clean(value or "")
    if len(words) > longest:
        raise InputError(f"文字太长，请控制在 {longest} 字以内。 Keep it under {longest} characters.")
    return words


def token_of(value: str) -> str:
    """Give a secret link's token, or what certainly matches none."""
    return value if TOKEN.fullmatch(value) else ""
