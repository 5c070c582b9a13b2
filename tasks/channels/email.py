"""E-mail by SMTP.

Before: the settings WANGGE_SMTP_URL and WANGGE_MAIL_FROM. After: the town's mail server. The Message-ID is made of the
delivery's key, so that a mailbox shows a repeat once.
"""

from __future__ import annotations

import hashlib
import smtplib
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from email.message import EmailMessage
from socket import SHUT_RDWR
from urllib.parse import unquote, urlsplit

from gis.cases.delivery import Parcel
from gis.settings import settings
from tasks.channels.base import LONGEST_S, PermanentError, Receipt, TemporaryError, UnknownError

SUBJECT = {"zh": "网格通知", "en": "Grid notice"}
PERMANENT = 500
"""From this reply code on a mail server says "never"; below it "later"."""


def set_up() -> bool:
    """Say whether this town has a mail server."""
    return bool(settings().smtp_url and settings().mail_from)


def send(parcel: Parcel) -> Receipt:
    """Send one notice to one mailbox.

    Raises
    ------
    TemporaryError, PermanentError
        By the server's reply code, and when no connection came about.
    UnknownError
        When the line broke after the message was sent.
    """
    message = written(parcel)
    with _server() as server:
        try:
            refused = server.send_message(message)
        except smtplib.SMTPRecipientsRefused as fault:
            raise _by_code(next(iter(fault.recipients.values()))[0]) from fault
        except smtplib.SMTPResponseException as fault:
            raise _by_code(fault.smtp_code) from fault
        except (OSError, smtplib.SMTPException) as fault:
            raise UnknownError(
                "邮件服务器中途断开，不知是否收到。 The mail server broke off; it may have the message."
            ) from fault
    if refused:
        raise _by_code(next(iter(refused.values()))[0])
    return Receipt(str(message["Message-ID"]))


def written(parcel: Parcel) -> EmailMessage:
    """Write the message."""
    message = EmailMessage()
    sender = settings().mail_from
    message["Subject"] = SUBJECT.get(parcel.language, SUBJECT["zh"])
    message["From"], message["To"] = sender, parcel.address
    digest = hashlib.sha256(parcel.key.encode()).hexdigest()[:32]
    message["Message-ID"] = f"<{digest}@{sender.rpartition('@')[2].rstrip('>')}>"
    message["X-Wangge-Key"] = parcel.key
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"{parcel.body}\n\n{parcel.link}\n")
    return message


@contextmanager
def _server() -> Iterator[smtplib.SMTP]:
    """Give a session with the mail server, encrypted where it can be, ended in a bounded time."""
    try:
        server = _greeted()
    except smtplib.SMTPResponseException as fault:
        raise TemporaryError(
            f"邮件服务器不接待（{fault.smtp_code}）。 The mail server does not let us in ({fault.smtp_code})."
        ) from fault
    except (OSError, smtplib.SMTPException) as fault:
        raise TemporaryError("连接不上邮件服务器。 No connection to the mail server came about.") from fault
    guard = threading.Timer(LONGEST_S, _cut, [server])
    guard.daemon = True
    guard.start()
    try:
        yield server
    finally:
        guard.cancel()
        with suppress(OSError, smtplib.SMTPException):
            server.quit()
        server.close()


def _greeted() -> smtplib.SMTP:
    parts = urlsplit(settings().smtp_url)
    host = parts.hostname or ""
    if parts.scheme == "smtps":
        secure = ssl.create_default_context()
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=LONGEST_S, context=secure)
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=LONGEST_S)
    with ExitStack() as when_it_fails:
        when_it_fails.callback(server.close)
        server.ehlo()
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        when_it_fails.pop_all()
    return server


def _cut(server: smtplib.SMTP) -> None:
    if server.sock is not None:
        with suppress(OSError):
            server.sock.shutdown(SHUT_RDWR)


def _by_code(code: int) -> TemporaryError | PermanentError:
    if code >= PERMANENT:
        return PermanentError(f"邮件服务器拒收（{code}）。 The mail server refuses it ({code}).")
    return TemporaryError(f"邮件服务器暂时不收（{code}）。 The mail server takes nothing now ({code}).")
