"""What comes up from a tablet: actions in their order, each exactly once, and their pictures piece by piece.

Before: `static/js/field/send.js`. After: `field.taking`. An action whose pictures have not come yet is answered with
what is missing; the ones behind it wait, so that the order of the device is kept. These addresses are open to a
sign-in that fell asleep without a network, and give nothing to read but the outcome.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from flask import Blueprint, Response, jsonify, request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from gis.cases import uploads
from gis.cases.uploads import LARGEST_PIECE_BYTES, Named
from gis.database import transaction
from gis.errors import InputError, SignInError, TooLargeError
from gis.staff.device_keys import device_key
from webmap import access, inputs
from webmap.access import act
from webmap.field import taking

blueprint = Blueprint("sync", __name__)

Number = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{8,64}$")]
Sum = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class PhotoInput(BaseModel):
    """A picture as an action names it."""

    model_config = ConfigDict(extra="forbid")

    request: Number
    size: Annotated[int, Field(ge=1, le=uploads.LARGEST_BYTES)]
    sha256: Sum
    kind: Annotated[str, Field(max_length=10)] = "before"

    def named(self) -> Named:
        """Give it as the uploads know it."""
        return Named(self.request, self.size, self.sha256, self.kind)


class ActionInput(BaseModel):
    """One action; what its body must hold depends on its kind and is read when it is taken."""

    model_config = ConfigDict(extra="forbid")

    request: Number
    seq: Annotated[int, Field(ge=0, lt=2**53)]
    kind: Annotated[str, Field(max_length=20)]
    at: AwareDatetime
    body: dict[str, Any]
    photos: Annotated[list[PhotoInput], Field(max_length=10)] = []


class ActionsInput(BaseModel):
    """What was done since the tablet last reached the server."""

    model_config = ConfigDict(extra="forbid")

    device: Number
    owner: Annotated[str, Field(max_length=40)]
    sent_at: AwareDatetime
    actions: Annotated[list[ActionInput], Field(max_length=50)]


@blueprint.post("/field/sync.json")
@act("field.send")
def sync() -> Response:
    """Take actions in their order; stop where pictures are missing."""
    given = inputs.read_json(ActionsInput, request.get_data())
    if given.owner != device_key(access.account().id).owner:
        raise SignInError(
            "这些是另一个账号做的，请用那个账号登录。 Another account did these; sign in with it."
        )
    answers: list[dict[str, Any]] = []
    for action in sorted(given.actions, key=lambda one: one.seq):
        answer = taking.take(taking.Action(
            given.device, action.seq, action.request, action.kind, action.at, given.sent_at, action.body,
            tuple(photo.named() for photo in action.photos),
        ), access.account(), datetime.now(UTC))  # fmt: skip
        answers.append(answer)
        if answer["outcome"] == taking.NEEDS:
            break
    return _fresh(jsonify({"answers": answers}))


@blueprint.put("/field/photos/<name>/<int:offset>")
@act("field.send")
def piece(name: str, offset: int) -> Response:
    """Take one piece of a picture; say how many bytes are there."""
    if (request.content_length or 0) > LARGEST_PIECE_BYTES:
        raise TooLargeError("这一段太大。 This piece is too large.", field="photo")
    try:
        wanted = PhotoInput.model_validate(
            {"request": name, "size": request.args.get("size"), "sha256": request.args.get("sha256")}
        )
    except ValueError as fault:
        raise InputError("照片的说明不全。 What is said about the picture cannot be used.") from fault
    with transaction() as session:
        there = uploads.put(
            session, access.account().id, wanted.named(), offset, request.get_data(), now=datetime.now(UTC)
        )
    return _fresh(jsonify({"received": there}))


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
