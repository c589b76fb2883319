"""Listeners' former names: whose account at a service still goes by it, and whom a file named so belongs to."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType

from flows.landing import write_whole

FILE = "renamed.json"


@dataclass(frozen=True)
class Renamed:
    """What a former name stands for: the listener's name now, and the services that know them by the former one."""

    listener: str
    services: tuple[str, ...] = ()


Names = Mapping[str, Renamed]
NOBODY: Names = MappingProxyType({})


def read_names(home: Path) -> Names:
    """By former name, in the order of the renamings."""
    path = home / FILE
    content = json.loads(path.read_text()) if path.exists() else {}
    return {old: Renamed(one["listener"], tuple(one["services"])) for old, one in content.items()}


def note(home: Path, old: str, new: str, services: Sequence[str]) -> None:
    """From now on the old name stands for the new one, and so does what stood for the old one."""
    known = {name: Renamed(new, one.services) if one.listener == old else one for name, one in read_names(home).items()}
    known[old] = Renamed(new, tuple(services))
    known.pop(new, None)
    _write(home, known)


def release(home: Path, name: str) -> bool:
    """The name stands for nobody else; returns whether it did."""
    names = dict(read_names(home))
    stood = names.pop(name, None) is not None
    if stood:
        _write(home, names)
    return stood


def name_now(home: Path, name: str) -> str:
    """What the listener of this name, former or not, is called now."""
    renamed = read_names(home).get(name)
    return renamed.listener if renamed else name


def account_name(names: Names, service: str, listener: str) -> str:
    """The name by which the service knows the listener: a former one, where they were renamed since."""
    former = (old for old, one in names.items() if one.listener == listener and service in one.services)
    return listener if listener in names else next(former, listener)


def _write(home: Path, names: Names) -> None:
    write_whole(home / FILE, json.dumps({old: asdict(one) for old, one in names.items()}, indent=1).encode())
