"""Access control: kinds of callers, and what each may do, in one table for the whole API."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from ipaddress import ip_address

from ui.settings import Network
from ui.usernames import kept

LISTENERS = "/api/v1/listeners"
READING = frozenset({"GET", "HEAD", "OPTIONS"})
# Facts about music, the same for everybody: a listener's token may read them beside the listener's own data.
MUSIC = frozenset({"search", "genres", "tracks", "artists"})
# Paths that reveal nothing about any listener.
OPEN = frozenset({"/health", "/health/live", "/health/ready", "/openapi.json"})
# Where the page uploads files that are dropped on it.
UPLOAD = "/gradio_api/upload"
LOCAL_NAMES = frozenset({"localhost", ""})


class Kind(Enum):
    """Kinds of callers, by their credentials and network."""

    STRANGER = auto()
    """No token, from elsewhere."""
    GUEST = auto()
    """No token, from elsewhere, where reading is open to everybody."""
    VISITOR = auto()
    """No token, from this machine or a trusted network."""
    LISTENER = auto()
    """A listener's token."""
    ADMIN = auto()
    """The household's token."""


@dataclass(frozen=True)
class Caller:
    """The caller of a request; `username` is set only for a listener."""

    kind: Kind
    username: str | None = None


class Need(Enum):
    """The permission that a request needs."""

    LIFE_SIGN = auto()
    READ_PAGE = auto()
    CHANGE_PAGE = auto()
    MUSIC = auto()
    HOUSEHOLD = auto()
    READ_LISTENER = auto()
    WRITE_LISTENER = auto()
    ADMINISTER = auto()


STRANGER, GUEST, VISITOR, ADMIN = (Caller(kind) for kind in (Kind.STRANGER, Kind.GUEST, Kind.VISITOR, Kind.ADMIN))
# Requests that browsers make, which cannot send a bearer token by themselves.
OF_PAGE = frozenset({Need.READ_PAGE, Need.CHANGE_PAGE})
READS = frozenset({Need.LIFE_SIGN, Need.READ_PAGE, Need.MUSIC, Need.HOUSEHOLD, Need.READ_LISTENER})
ALLOWED = {
    Kind.STRANGER: frozenset({Need.LIFE_SIGN}),
    Kind.GUEST: READS,
    Kind.VISITOR: READS | {Need.CHANGE_PAGE},
    Kind.LISTENER: frozenset({Need.LIFE_SIGN, Need.MUSIC}),
    Kind.ADMIN: frozenset(Need),
}
OWN = frozenset({Need.READ_LISTENER, Need.WRITE_LISTENER})


def need(method: str, path: str) -> tuple[Need, str | None]:
    """The permission that a request needs, and the listener it is about, if any. Unknown requests need the highest."""
    reading = method in READING
    if not path.startswith("/api/"):
        return _beside_the_api(path), None
    family, _, rest = path.removeprefix("/api/v1/").partition("/")
    if family == "listeners" and rest:
        username = kept(rest.partition("/")[0])
        return (Need.READ_LISTENER if reading else Need.WRITE_LISTENER), username
    if not reading:
        return Need.ADMINISTER, None
    return (Need.MUSIC if family in MUSIC else Need.HOUSEHOLD), None


def _beside_the_api(path: str) -> Need:
    if path in OPEN:
        return Need.LIFE_SIGN
    if path == "/metrics":
        return Need.HOUSEHOLD
    return Need.CHANGE_PAGE if path.startswith(UPLOAD) else Need.READ_PAGE


def allowed(caller: Caller, wanted: Need, username: str | None = None) -> bool:
    """Whether the caller may do this, to this listener's data."""
    if wanted in ALLOWED[caller.kind]:
        return True
    return caller.kind is Kind.LISTENER and wanted in OWN and caller.username == username


def is_household(token: str, household: str | None) -> bool:
    """Whether it is the household's token; compared in constant time."""
    return household is not None and hmac.compare_digest(token.encode(), household.encode())


def is_trusted(address: str | None, networks: Sequence[Network]) -> bool:
    """Whether a client's address lies in one of the networks."""
    try:
        ip = ip_address(address or "")
    except ValueError:
        return False
    mapped = getattr(ip, "ipv4_mapped", None) or ip
    return any(mapped in network for network in networks)


def is_own_name(host: str) -> bool:
    """Whether a Host header names this server by address, or as localhost.

    Against DNS rebinding: a foreign web page can point its own name at 127.0.0.1 and have a browser read from here,
    but the Host header then has that name.
    """
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    if name.lower() in LOCAL_NAMES:
        return True
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True
