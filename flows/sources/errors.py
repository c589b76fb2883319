"""Errors of sources; every message is one line that says what is wrong and what to do."""


class SourceError(Exception):
    """A source refused, or could not do, what was asked of it."""


class SourceUnavailable(SourceError):
    """No usable answer after all retries, or the source failed too often and is not called for a while."""


class Overloaded(SourceUnavailable):
    """The source failed this one request repeatedly: asking for less may work."""


class WrongKey(SourceError):
    """The key is not valid, or suspended: no call will work, for no listener."""


class UnknownListener(SourceError):
    """The source has no listener of this name."""


class PrivateListener(SourceError):
    """The listener does not show their plays: only they can change it."""


class NotAuthorized(SourceError):
    """The source requires a login for this."""


class MethodWithdrawn(SourceError):
    """The source no longer offers this method."""


class Transient(Exception):
    """A failure that may pass by itself. It ends inside `Session.post`, as an answer or as `SourceUnavailable`."""

    def __init__(self, reason: str, *, asks_too_much: bool = False) -> None:
        super().__init__(reason)
        self.asks_too_much = asks_too_much
        self.retry_after = 0.0


class NoAnswer(Transient):
    """No answer, or an incomplete one."""
