"""Listeners' tokens: shown once when they are made, and stored only as sha256."""

import hashlib
import secrets
import time
from datetime import UTC, datetime

from sqlalchemy import delete, func, insert, select

from ui.database.engine import Database
from ui.database.models import ListenerToken
from ui.usernames import kept

PREFIX = "segue_"
# How long a looked-up token is trusted: one revoked by another process stops working after this time.
TRUSTED_SECONDS = 30.0
MOST_TRUSTED = 10_000


class Tokens:
    """Makes and revokes tokens, and finds a token's owner."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._trusted: dict[str, tuple[str, float]] = {}

    def make(self, username: str) -> str:
        """Make a token for the listener; it cannot be read again later."""
        token = PREFIX + secrets.token_urlsafe(32)
        row = {"digest": digest(token), "username": kept(username), "made_at": datetime.now(UTC)}
        with self._database.writing() as session:
            session.execute(insert(ListenerToken), row)
        return token

    def take_back(self, username: str) -> int:
        """Revoke all tokens of the listener; returns how many there were."""
        mine = ListenerToken.username == kept(username)
        with self._database.writing() as session:
            count = session.scalar(select(func.count()).select_from(ListenerToken).where(mine)) or 0
            session.execute(delete(ListenerToken).where(mine))
        self._trusted.clear()
        return count

    def trusted_owner(self, token: str) -> str | None:
        """The token's owner if it was looked up within `TRUSTED_SECONDS`; does not query the database."""
        owner, until = self._trusted.get(digest(token), (None, 0.0))
        return owner if until > time.monotonic() else None

    def owner(self, token: str) -> str | None:
        """The token's owner; None for an unknown or revoked token."""
        key = digest(token)
        with self._database.reading() as session:
            owner = session.scalar(select(ListenerToken.username).where(ListenerToken.digest == key))
        if owner is not None:
            if len(self._trusted) >= MOST_TRUSTED:
                self._trusted.clear()
            self._trusted[key] = (owner, time.monotonic() + TRUSTED_SECONDS)
        return owner


def digest(token: str) -> str:
    """sha256: a token of 256 random bits needs neither salt nor a slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()
