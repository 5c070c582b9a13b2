"""A tablet as the server sees it. Before: a signed-in client. After: tests of what tablets send."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient

from gis.cases.models import Case
from gis.staff.device_keys import device_key
from gis.staff.models import Account


class Tablet:
    """One device: it counts what it sends, and remembers how far it has seen the cases."""

    def __init__(self, client: FlaskClient, account: Account) -> None:
        self.client, self.account = client, account
        self.device, self.seq = uuid4().hex, 0

    def action(self, kind: str, body: dict[str, Any], **more: Any) -> dict[str, Any]:
        self.seq += 1
        at = datetime.now(UTC).isoformat()
        return {"request": uuid4().hex, "seq": self.seq, "kind": kind, "at": at, "body": body} | more

    def move(self, case: Case, name: str, reason: str = "", revision: int | None = None, **more: Any) -> Any:
        seen = case.revision if revision is None else revision
        photos = {"photos": more.pop("photos")} if "photos" in more else {}
        body = {"case": case.id, "revision": seen, "move": name, "reason": reason} | more
        return self.action("move", body, **photos)

    def send(self, *actions: dict[str, Any], status: int = 200, **more: Any) -> list[Any]:
        body = {
            "device": self.device, "owner": device_key(self.account.id).owner,
            "sent_at": datetime.now(UTC).isoformat(), "actions": list(actions),
        } | more  # fmt: skip
        answer = self.client.post("/field/sync.json", json=body)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return [(one["outcome"]) for one in answer.get_json()["answers"]] if status == 200 else []

    def day(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.client.get("/field/day.json").data)
        return found

    def put(self, photo: dict[str, Any], offset: int, piece: bytes) -> int:
        query = {"size": photo["size"], "sha256": photo["sha256"]}
        answer = self.client.put(f"/field/photos/{photo['request']}/{offset}", query_string=query, data=piece)
        return int(answer.get_json()["received"]) if answer.status_code == 200 else -answer.status_code
