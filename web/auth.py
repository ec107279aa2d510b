"""Sign and read what lets somebody in: the cookie and the invite.

Both are ``PAYLOAD.SIGNATURE``, each part in base64url, signed by HMAC-SHA256 with one secret of the data directory and
a purpose, so that neither can stand in for the other. Nothing about them is stored; that a one-time invite was used
stands in the journal.
"""

import base64
import binascii
import contextlib
import hashlib
import hmac
import os
import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import msgspec

from bridge.errors import BridgeError, Refused
from bridge.terms import PersonId
from web.bodies import Role

SECRET_NAME = "secret.key"
SECRET_BYTES = 32
COOKIE = "forward_prop"
VIEWER_DAYS = 90
MAX_TOKEN_CHARACTERS = 2048

ENDED = "This link has expired. Ask the operator for another."
UNKNOWN = "This link is not valid here. Check that it was copied whole, or ask the operator for another."


class Purpose(StrEnum):
    """What a signature is for."""

    COOKIE = "cookie"
    INVITE = "invite"


class Caller(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Who calls. This is what the cookie holds, as a list to be short."""

    person: PersonId
    role: Role
    until: datetime
    name: str | None = None

    @property
    def actor(self) -> str:
        """The caller as the journal names it."""
        return f"{self.role}:{self.name or self.person}"


class Invite(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What an invite link holds, as a list to be short. Times are whole seconds for the same reason."""

    id: str
    role: Role
    opens_until: datetime
    until: datetime
    """When the access that it gives ends."""
    name: str | None = None
    once: bool = False


T = TypeVar("T", Caller, Invite)


class Signer:
    """Signs and reads with one secret."""

    def __init__(self, secret: bytes) -> None:
        assert len(secret) >= SECRET_BYTES, "a short secret can be guessed"
        self._secret = secret

    def cookie(self, caller: Caller) -> str:
        """Return the cookie of ``caller``."""
        return self._sign(Purpose.COOKIE, caller)

    def invite(self, invite: Invite) -> str:
        """Return the token of ``invite``."""
        return self._sign(Purpose.INVITE, invite)

    def read_cookie(self, text: str, now: datetime) -> Caller:
        """Return whose cookie it is. Raises :exc:`Refused`."""
        caller = self._read(Purpose.COOKIE, text, Caller)
        if caller is None:
            message = "Your access could not be confirmed and was reset. Load the page again."
            raise Refused("cookie_invalid", message, status=401)
        if caller.until <= now:
            raise Refused("cookie_expired", ENDED, status=401)
        return caller

    def read_invite(self, token: str, now: datetime) -> Invite:
        """Return what the token holds. Raises :exc:`Refused`; whether it was used is for the room to say."""
        invite = self._read(Purpose.INVITE, token, Invite)
        if invite is None:
            raise Refused("invite_invalid", UNKNOWN, status=403)
        if invite.opens_until <= now:
            raise Refused("invite_expired", ENDED, status=403)
        return invite

    def _sign(self, purpose: Purpose, content: Caller | Invite) -> str:
        payload = _encode(msgspec.json.encode(content))
        return f"{payload}.{self._signature(purpose, payload)}"

    def _read(self, purpose: Purpose, text: str, kind: type[T]) -> T | None:
        payload, _, signature = text.partition(".")
        if len(text) > MAX_TOKEN_CHARACTERS or not text.isascii():
            return None
        try:
            # As text: of the many ways to write the same bytes in base64 only ours counts.
            if not hmac.compare_digest(signature, self._signature(purpose, payload)):
                return None
            return msgspec.json.decode(_decode(payload), type=kind)
        except (binascii.Error, msgspec.DecodeError):
            return None

    def _signature(self, purpose: Purpose, payload: str) -> str:
        return _encode(hmac.digest(self._secret, f"{purpose}.{payload}".encode(), hashlib.sha256))


def new_person() -> PersonId:
    """Return the pseudonym of somebody new."""
    return PersonId(secrets.token_urlsafe(12))


def new_viewer(now: datetime) -> Caller:
    """Return somebody who came without anything."""
    return Caller(
        person=new_person(), role=Role.VIEWER, until=(now + timedelta(days=VIEWER_DAYS)).replace(microsecond=0)
    )


def new_invite(
    role: Role,
    now: datetime,
    *,
    name: str | None = None,
    opens: timedelta,
    lasts: timedelta | None = None,
    once: bool = False,
) -> Invite:
    """Return an invite that opens for ``opens`` from ``now``; the access ends then too, or after ``lasts``."""
    return Invite(
        id=secrets.token_urlsafe(9),
        role=role,
        name=name or None,
        opens_until=(now + opens).replace(microsecond=0),
        until=(now + (lasts or opens)).replace(microsecond=0),
        once=once,
    )


def invited(invite: Invite, person: PersonId | None) -> Caller:
    """Return who opened ``invite``; somebody known keeps their pseudonym, and with it their questions."""
    return Caller(person=person or new_person(), role=invite.role, name=invite.name, until=invite.until)


def load_secret(data: Path) -> bytes:
    """Return the data directory's secret, made at the first use, readable to its owner only. Raises `BridgeError`."""
    path = data / SECRET_NAME
    try:
        data.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            _make_secret(path)
        secret = path.read_bytes()
    except OSError as fault:
        message = f"{path}: the secret for cookies and invites cannot be read or made: {fault.strerror}."
        raise BridgeError(message, code="secret_unreadable") from fault
    if len(secret) < SECRET_BYTES:
        message = f"{path} is damaged. Delete it to make another; all links and cookies then end."
        raise BridgeError(message, code="secret_unreadable")
    return secret


def _make_secret(path: Path) -> None:
    """Make the file whole at once, so that a second process never reads half of it."""
    if path.exists():
        raise FileExistsError
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, secrets.token_bytes(SECRET_BYTES))
        os.fsync(handle)
        os.link(fresh, path)
    finally:
        os.close(handle)
        fresh.unlink()


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
