"""Listeners' former names, which their accounts at services still have and imported files may still give."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType

from flows.landing import write_whole

FILE = "renamed.json"


@dataclass(frozen=True)
class Renamed:
    """What a former name stands for: the listener's present name, and the services that use the former one."""

    listener: str
    services: tuple[str, ...] = ()


Names = Mapping[str, Renamed]
NOBODY: Names = MappingProxyType({})


def read_names(home: Path) -> Names:
    """The renamings by former name, in the order in which they happened."""
    path = home / FILE
    content = json.loads(path.read_text()) if path.exists() else {}
    return {old: Renamed(one["listener"], tuple(one["services"])) for old, one in content.items()}


def note(home: Path, old: str, new: str, services: Sequence[str]) -> None:
    """Record that the old name, and all former names of it, now stand for the new one."""
    known = {name: Renamed(new, one.services) if one.listener == old else one for name, one in read_names(home).items()}
    known[old] = Renamed(new, tuple(services))
    known.pop(new, None)
    _write(home, known)


def release(home: Path, name: str) -> bool:
    """Free a former name; returns whether it was one."""
    names = dict(read_names(home))
    stood = names.pop(name, None) is not None
    if stood:
        _write(home, names)
    return stood


def name_now(home: Path, name: str) -> str:
    """The present name of the listener with this name, former or not."""
    renamed = read_names(home).get(name)
    return renamed.listener if renamed else name


def account_name(names: Names, service: str, listener: str) -> str:
    """The name by which the service knows the listener: a former one if they were renamed since."""
    former = (old for old, one in names.items() if one.listener == listener and service in one.services)
    return listener if listener in names else next(former, listener)


def _write(home: Path, names: Names) -> None:
    write_whole(home / FILE, json.dumps({old: asdict(one) for old, one in names.items()}, indent=1).encode())
