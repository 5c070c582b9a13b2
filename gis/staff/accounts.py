"""Sign-in accounts: trying a password, locking, changing it, signing out everywhere, making and ending accounts.

Before: `staff.passwords`, `staff.models`. After: `webmap.account`, `webmap.accounts`, `wangge account`. Nothing here
commits; a refused sign-in is an answer and no fault, so that its count is kept.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from gis.errors import ConflictError, InputError, NotFoundError, SignInError
from gis.staff.models import Account
from gis.staff.passwords import check_strength, fits, hashed, random_password
from gis.staff.roles import Role

MOST_FAILURES = 5
WINDOW = timedelta(minutes=15)
LOCK = timedelta(minutes=15)
NAME = re.compile(r"[\w.-]{2,40}")
STANDS_FOR = {
    Role.GRID_MEMBER: "member_id",
    Role.BRANCH: "organisation_id",
    Role.COMMANDER: "area_id",
    Role.PLANNER: "area_id",
    Role.AGENCY: "agency",
    Role.ADMINISTRATOR: None,
}
"""What each role's account must name: the rows its acts reach."""
REFUSED = (
    "名称或密码不对，或因连续输错已锁定 15 分钟。 "
    "Name or password do not fit, or the account is locked for 15 minutes after too many tries."
)


@dataclass(frozen=True)
class Attempt:
    """What came of one try to sign in; `account` is None when it was refused."""

    account: Account | None


def attempt(session: Session, name: str, password: str, now: datetime) -> Attempt:
    """Try a name and a password; five failures within 15 minutes lock the account for 15 minutes.

    Notes
    -----
    An unknown, an ended and a locked account cost the same work as a wrong password and get the same answer. The row
    is locked, so that many tries at once are all counted.
    """
    query = select(Account).where(Account.name == name.replace("\x00", "")).with_for_update()
    account = session.scalars(query).first()
    usable = account is not None and account.active and not locked(account, now)
    good = fits(account.password_hash if account is not None and usable else None, password)
    if account is None or not usable:
        return Attempt(None)
    if not good:
        _count_failure(account, now)
        return Attempt(None)
    account.failed_sign_ins, account.failing_since, account.locked_until = 0, None, None
    return Attempt(account)


def locked(account: Account, now: datetime) -> bool:
    """Say whether an account is locked at an instant."""
    return account.locked_until is not None and account.locked_until > now


def _count_failure(account: Account, now: datetime) -> None:
    if account.failing_since is None or now - account.failing_since > WINDOW:
        account.failing_since, account.failed_sign_ins = now, 0
    account.failed_sign_ins += 1
    if account.failed_sign_ins >= MOST_FAILURES:
        account.locked_until = now + LOCK
        account.failing_since, account.failed_sign_ins = None, 0


def change_password(session: Session, account_id: int, old: str, new: str) -> Account:
    """Change one's own password; cookies of other places then no longer count.

    Raises
    ------
    SignInError
        When the old one does not fit.
    InputError
        When the new one is weak, or the same.
    """
    account = session.get_one(Account, account_id, with_for_update=True)
    if not fits(account.password_hash, old):
        raise SignInError("现在的密码不对。 The present password does not fit.", field="old")
    check_strength(new, account.name)
    if old == new:
        raise InputError("新密码和现在的一样。 The new password is the present one.", field="password")
    account.password_hash = hashed(new)
    account.session_epoch += 1
    return account


def sign_out_everywhere(session: Session, account_id: int) -> Account:
    """Make every cookie of an account worthless."""
    account = session.get_one(Account, account_id, with_for_update=True)
    account.session_epoch += 1
    return account


def create(
    session: Session,
    *,
    name: str,
    role: str,
    member_id: int | None = None,
    organisation_id: int | None = None,
    area_id: int | None = None,
    agency: str = "",
) -> tuple[Account, str]:
    """Make an account with a random password.

    Returns
    -------
    Account, str
        The account, and the password: it is kept nowhere, so show it once.

    Raises
    ------
    InputError
        When the name is no name, or the role lacks what it stands for.
    ConflictError
        When the name is taken.
    """
    given = {"member_id": member_id, "organisation_id": organisation_id, "area_id": area_id, "agency": agency}
    _check_new(session, name, role, given)
    password = random_password()
    account = Account(name=name, role=role, password_hash=hashed(password), **given)
    session.add(account)
    session.flush()
    return account, password


def _check_new(session: Session, name: str, role: str, given: dict[str, int | str | None]) -> None:
    if not NAME.fullmatch(name):
        raise InputError(
            "账号名应为 2 到 40 个字母、汉字、数字或 . _ - 。 A name has 2 to 40 letters, figures or . _ -",
            field="name",
        )
    if role not in {one.value for one in STANDS_FOR}:
        raise InputError("没有这个岗位。 There is no such role.", field="role")
    needed = STANDS_FOR[Role(role)]
    if needed is not None and not given[needed]:
        words = {"member_id": "成员", "organisation_id": "党组织", "area_id": "辖区", "agency": "责任单位"}
        raise InputError(
            f"这个岗位要指明{words[needed]}。 This role needs its {needed.removesuffix('_id')}.", field=needed
        )
    if session.scalars(select(Account.id).where(Account.name == name)).first() is not None:
        raise ConflictError("已有同名账号，请换一个名称。 The name is taken; choose another.", field="name")


def renew_password(session: Session, account_id: int) -> tuple[Account, str]:
    """Give an account a new random password, unlock it, and end its sign-ins; show the password once.

    Raises
    ------
    NotFoundError
    """
    account = _get(session, account_id)
    password = random_password()
    account.password_hash = hashed(password)
    account.session_epoch += 1
    account.failed_sign_ins, account.failing_since, account.locked_until = 0, None, None
    return account, password


def set_active(session: Session, account_id: int, *, active: bool) -> Account:
    """End an account, or take it up again; its history stays.

    Raises
    ------
    NotFoundError
    """
    account = _get(session, account_id)
    account.active = active
    account.session_epoch += 1
    return account


def _get(session: Session, account_id: int) -> Account:
    account = session.get(Account, account_id, with_for_update=True)
    if account is None:
        raise NotFoundError("没有这个账号。 There is no such account.", account=account_id)
    return account


def named(session: Session, name: str) -> Account:
    """Find an account by its name.

    Raises
    ------
    NotFoundError
    """
    account = session.scalars(select(Account).where(Account.name == name)).first()
    if account is None:
        raise NotFoundError("没有这个账号。 There is no such account.", account=name)
    return account


def all_accounts(session: Session) -> Sequence[Account]:
    """Give all accounts by name, those in use first."""
    return session.scalars(select(Account).order_by(Account.active.desc(), Account.name)).all()


# index: pk_account
def names_of(session: Session, account_ids: Collection[int]) -> dict[int, str]:
    """Give the names of some accounts by their ids."""
    rows = session.execute(select(Account.id, Account.name).where(Account.id.in_(account_ids)))
    return {row[0]: row[1] for row in rows} if account_ids else {}
