"""JSON to a webhook, and what its answer means: by status first, then by the error code that it carries in its body.

Before: `post`. After: `wecom`, `dingtalk`, `sms`. Many receivers say 200 and put the error into the body; what is not
understood counts as unknown, and is sent again under the same key.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from tasks.channels.base import PermanentError, Receipt, TemporaryError, UnknownError
from tasks.channels.post import Answer, post

OK = range(200, 300)
ELSEWHERE = range(300, 400)
SERVER = range(500, 600)
LATER = {408, 425, 429}


def deliver(
    url: str,
    message: Mapping[str, Any],
    *,
    key: str,
    busy: Collection[int] = (),
    headers: Mapping[str, str] | None = None,
) -> Receipt:
    """Post a message.

    Parameters
    ----------
    message : mapping
        What the receiver takes, sent as JSON in UTF-8.
    key : str
        Sent as `Idempotency-Key`: the same for every attempt.
    busy : collection of int
        The error codes of the body with which the receiver says "later".

    Raises
    ------
    TemporaryError, PermanentError, UnknownError
        By what came back.
    """
    return deliver_bytes(url, encode(message), key=key, busy=busy, headers=headers)


def encode(message: Mapping[str, Any]) -> bytes:
    """Give a message as it goes out; whoever signs it signs these bytes."""
    return json.dumps(message, ensure_ascii=False).encode()


def deliver_bytes(
    url: str, body: bytes, *, key: str, busy: Collection[int] = (), headers: Mapping[str, str] | None = None
) -> Receipt:
    """Post a message that is encoded already; see `deliver`."""
    plain = {
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": key,
        "User-Agent": "wangge",
    }
    return _receipt(post(url, body, plain | dict(headers or {})), busy)


def _receipt(answer: Answer, busy: Collection[int]) -> Receipt:
    status = answer.status
    if status in OK:
        return _read(answer, busy)
    if status in LATER or status in SERVER:
        raise TemporaryError(
            f"对方暂时不收（{status}）。 The receiver takes nothing now ({status}).", asked_s=answer.asked_s
        )
    if status in ELSEWHERE:
        raise PermanentError(
            f"对方要转到别处（{status}），不跟随；请核对地址。"
            f" The receiver points elsewhere ({status}), which is not followed; check its address."
        )
    raise PermanentError(f"对方拒收（{status}）。 The receiver refuses it ({status}).")


def _read(answer: Answer, busy: Collection[int]) -> Receipt:
    try:
        said = json.loads(answer.body)
    except ValueError:
        said = None
    code = said.get("errcode", said.get("code", 0)) if isinstance(said, dict) else None
    if not isinstance(said, dict) or not isinstance(code, int):
        raise UnknownError(
            "看不懂对方的回答，不知是否收到。 The receiver's answer cannot be read; it may have it."
        )
    if code == 0:
        return Receipt(str(said.get("id", said.get("msgid", "")))[:100])
    if code in busy:
        raise TemporaryError(
            f"对方暂时不收（代码 {code}）。 The receiver takes nothing now (code {code}).",
            asked_s=answer.asked_s or 60,
        )
    raise PermanentError(f"对方拒收（代码 {code}）。 The receiver refuses it (code {code}).")
