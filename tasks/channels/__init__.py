"""The ways a notice travels beside the app; one table from a channel's name to the adapter that carries it.

Before: `gis.cases.delivery` names the channel. After: one file a channel. In the app itself nothing is sent: a
notice is there as soon as it is written.
"""

from __future__ import annotations

from tasks.channels import dingtalk, email, sms, wecom
from tasks.channels.base import Channel
from tasks.channels.email import set_up as mail_is_set_up
from tasks.channels.sms import set_up as sms_is_set_up

CHANNELS: dict[str, Channel] = {
    "email": Channel(email.send, mail_is_set_up),
    "sms": Channel(sms.send, sms_is_set_up),
    "wecom": Channel(wecom.send),
    "dingtalk": Channel(dingtalk.send),
}


def open_channels() -> list[str]:
    """Give the channels that this town has set up; robots bring their own addresses."""
    return [name for name, channel in CHANNELS.items() if channel.set_up()]
