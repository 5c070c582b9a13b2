"""Every channel against a receiver that misbehaves in all the usual ways."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import replace
from email import message_from_string
from email.policy import default

import pytest

from gis.cases.delivery import Parcel
from gis.settings import Settings
from tasks.channels import dingtalk, email, post, sms, webhook, wecom
from tasks.channels.base import ChannelError, PermanentError, Receipt, TemporaryError, UnknownError
from tasks.channels.words import mark, text_of
from tests import receiver

PARCEL = Parcel(7, "assigned:1:2/wecom/g1", "wecom", 1, "zh", "新案件：路灯坏了。", "http://h/cases/1")
Set = Callable[..., Settings]


@pytest.fixture
def given(test_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Set:
    """Set some settings for one test; the receiver of the tests is an inner host."""

    def change(**more: object) -> Settings:
        changed = replace(test_settings, inner_hosts=frozenset({"127.0.0.1"}), **more)  # type: ignore[arg-type]
        for module in (post, sms, email):
            monkeypatch.setattr(module, "settings", lambda: changed)
        monkeypatch.setattr(post, "LONGEST_S", 0.6)
        monkeypatch.setattr(email, "LONGEST_S", 0.6)
        return changed

    change()
    return change


ANSWERS: list[tuple[receiver.Behaviour, type[ChannelError] | None]] = [
    (receiver.answers(), None),
    (receiver.slow, None),
    (receiver.answers(500), TemporaryError),
    (receiver.answers(503, b"<html>"), TemporaryError),
    (receiver.answers(429, Retry_After="120"), TemporaryError),
    (receiver.answers(200, b'{"errcode": 45009, "errmsg": "api freq out of limit"}'), TemporaryError),
    (receiver.answers(200, b'{"errcode": -1, "errmsg": "system busy"}'), TemporaryError),
    (receiver.answers(200, b'{"errcode": 93000, "errmsg": "invalid webhook url"}'), PermanentError),
    (receiver.answers(400), PermanentError),
    (receiver.answers(404), PermanentError),
    (receiver.answers(302, b"", Location="http://127.0.0.1:1/"), PermanentError),
    (receiver.answers(200, b"<html>welcome</html>"), UnknownError),
    (receiver.answers(200, b"[]"), UnknownError),
    (receiver.answers(200, b""), UnknownError),
    (receiver.resets, UnknownError),
    (receiver.hangs, UnknownError),
    (receiver.drips, UnknownError),
    (receiver.speaks_garbage, UnknownError),
]


@pytest.mark.parametrize(("behaviour", "fault"), ANSWERS)
def test_every_answer_of_a_webhook_is_understood(
    given: Set, behaviour: receiver.Behaviour, fault: type[ChannelError] | None
) -> None:
    del given
    with receiver.webhook(behaviour) as hook:
        parcel = replace(PARCEL, address=hook.url)
        began = time.monotonic()
        if fault is None:
            assert isinstance(wecom.send(parcel), Receipt)
        else:
            with pytest.raises(fault) as raised:
                wecom.send(parcel)
            assert type(raised.value) is fault
            assert "127.0.0.1" not in str(raised.value)
        assert time.monotonic() - began < 5
        assert hook.keys == [PARCEL.key], "sent once, nothing is followed"


def test_a_receiver_says_how_long_to_wait(given: Set) -> None:
    del given
    with (
        receiver.webhook(receiver.answers(429, Retry_After="120")) as hook,
        pytest.raises(TemporaryError) as fault,
    ):
        wecom.send(replace(PARCEL, address=hook.url))
    assert fault.value.asked_s == 120


def test_nobody_there_is_temporary(given: Set) -> None:
    del given
    with receiver.webhook() as hook:
        gone = hook.url
    with pytest.raises(TemporaryError):
        wecom.send(replace(PARCEL, address=gone))
    with pytest.raises(TemporaryError):
        wecom.send(replace(PARCEL, address="https://no-such-host.invalid/"))


def test_a_certificate_that_does_not_fit_is_refused_before_anything_is_said(given: Set) -> None:
    del given
    with receiver.webhook() as hook, pytest.raises(TemporaryError):
        wecom.send(replace(PARCEL, address=hook.url.replace("http:", "https:")))
    assert hook.arrived == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.1.2.3", "::1",
        "fe80::1", "fd00::1", "::ffff:127.0.0.1", "224.0.0.1",
    ],
)  # fmt: skip
def test_inner_addresses_are_no_outside(address: str) -> None:
    assert not post.is_outside(address)


def test_outer_addresses_are() -> None:
    assert post.is_outside("1.1.1.1")
    assert post.is_outside("2606:4700::1111")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "gopher://h/", "http:///x", "http://a:b@127.0.0.1/"])
def test_what_is_no_plain_http_address_is_refused(given: Set, url: str) -> None:
    del given
    with pytest.raises(PermanentError):
        wecom.send(replace(PARCEL, address=url))


def test_an_inner_host_is_refused_unless_it_is_named(given: Set, monkeypatch: pytest.MonkeyPatch) -> None:
    named = given()
    monkeypatch.setattr(post, "settings", lambda: replace(named, inner_hosts=frozenset()))
    with receiver.webhook() as hook, pytest.raises(PermanentError, match="INNER_HOSTS"):
        wecom.send(replace(PARCEL, address=hook.url))
    assert hook.arrived == []


def test_a_wecom_message_says_what_its_robot_takes(given: Set) -> None:
    del given
    with receiver.webhook() as hook:
        wecom.send(replace(PARCEL, address=hook.url, body="字" * 3000))
    body = hook.arrived[0].body
    assert body["msgtype"] == "text"
    content = body["text"]["content"]
    assert len(content.encode()) <= 2048
    assert content.endswith(f"… http://h/cases/1（编号{mark(PARCEL.key)}）")


def test_a_dingtalk_message_is_signed_as_its_manual_says() -> None:
    """The digest was worked out by hand: base64(HMAC-SHA256(secret, "1600000000000\\nSECsample"))."""
    signed = dingtalk.signed("https://h/robot/send?access_token=x", "SECsample", 1_600_000_000_000)
    assert signed == ("https://h/robot/send?access_token=x&timestamp=1600000000000&sign=" + SIGN)


SIGN = "IF06I%2F4vqN56Y2X4g8nGkpgT5LTFiYJNMJEGJ8%2FcIEk%3D"


def test_dingtalk_carries_a_text(given: Set) -> None:
    del given
    with receiver.webhook(receiver.answers(200, b'{"errcode": 310000, "errmsg": "sign not match"}')) as hook:
        parcel = replace(PARCEL, channel="dingtalk", address=hook.url, secret="SECsample")
        with pytest.raises(PermanentError):
            dingtalk.send(parcel)
        dingtalk.send(parcel)
    assert all("&timestamp=" in one.path and "&sign=" in one.path for one in hook.arrived)
    assert hook.arrived[1].body["text"]["content"].startswith("新案件")


def test_an_sms_carries_its_key_and_a_signature(given: Set) -> None:
    with receiver.webhook() as hook:
        given(sms_url=hook.url, sms_secret="sample")
        receipt = sms.send(replace(PARCEL, channel="sms", address="+86 199-0000 0001"))
    arrived = hook.arrived[0]
    assert receipt.reference == "R1"
    assert arrived.body["to"] == "+8619900000001"
    assert arrived.body["key"] == arrived.headers["idempotency-key"] == PARCEL.key
    seconds, digest = arrived.headers["x-wangge-signature"].removeprefix("t=").split(",v1=")
    signed = f"{seconds}.".encode() + webhook.encode(arrived.body)
    assert digest == hmac.new(b"sample", signed, hashlib.sha256).hexdigest()


def test_a_number_that_was_forgotten_gets_nothing(given: Set) -> None:
    given(sms_url="http://127.0.0.1:9/")
    with pytest.raises(PermanentError, match="删除"):
        sms.send(replace(PARCEL, channel="sms"))


MAIL: list[tuple[dict[str, object], type[ChannelError] | None, int]] = [
    ({}, None, 1),
    ({"greet": b"421 too busy\r\n"}, TemporaryError, 0),
    ({"MAIL": b"451 later\r\n"}, TemporaryError, 0),
    ({"RCPT": b"450 mailbox busy\r\n"}, TemporaryError, 0),
    ({"RCPT": b"550 no such mailbox\r\n"}, PermanentError, 0),
    ({"DATA": b"554 no\r\n"}, PermanentError, 0),
    ({"data": b"452 disk full\r\n"}, TemporaryError, 1),
    ({"data": b"552 too large\r\n"}, PermanentError, 1),
    ({"break_at": "data"}, UnknownError, 1),
    ({"QUIT": b"500 never\r\n"}, None, 1),
]


@pytest.mark.parametrize(("behaviour", "fault", "messages"), MAIL)
def test_every_answer_of_a_mail_server_is_understood(
    given: Set, behaviour: dict[str, bytes], fault: type[ChannelError] | None, messages: int
) -> None:
    with receiver.mailbox(**behaviour) as box:  # type: ignore[arg-type]
        given(smtp_url=box.url, mail_from="grid@town.example")
        parcel = replace(PARCEL, channel="email", address="someone@town.example")
        if fault is None:
            email.send(parcel)
        else:
            with pytest.raises(fault) as raised:
                email.send(parcel)
            assert type(raised.value) is fault
            assert "someone" not in str(raised.value)
        assert len(box.messages) == messages


def test_a_mail_sent_twice_is_the_same_mail(given: Set) -> None:
    with receiver.mailbox() as box:
        given(smtp_url=box.url, mail_from="grid@town.example")
        parcel = replace(
            PARCEL, channel="email", address="someone@town.example", language="en", body="New case"
        )
        email.send(parcel)
        email.send(replace(parcel, attempts=2))
    first, second = (message_from_string(one, policy=default) for one in box.messages)
    assert first["Message-ID"] == second["Message-ID"]
    assert first["X-Wangge-Key"] == PARCEL.key
    assert first["Subject"] == "Grid notice"
    assert "http://h/cases/1" in first.get_content()


def test_no_mail_server_is_temporary(given: Set) -> None:
    given(smtp_url="smtp://127.0.0.1:9", mail_from="grid@town.example")
    with pytest.raises(TemporaryError):
        email.send(replace(PARCEL, channel="email", address="someone@town.example"))


def test_a_text_keeps_its_link_and_no_half_character() -> None:
    for most in range(80, 140):
        text = text_of(replace(PARCEL, body="楼道堆物" * 50), most)
        assert len(text.encode()) <= most
        assert "http://h/cases/1" in text
