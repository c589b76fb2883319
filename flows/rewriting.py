"""Rewrites a listener's landed pages under another name: the same bytes as if they had been landed under it."""

import gzip
import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from flows.landing import Page, folder_of, in_path, land
from jobs.bronze.pages import READING
from jobs.questions import METHODS

# For each service, the method that reads an account's plays: its folders may also be named after the account.
SERVICES: Mapping[str, str] = {"lastfm": "user.getrecenttracks", "listenbrainz": "listens"}
# Names of an account's readings if the account has the listener's name; otherwise the account's name is prefixed.
OWN = re.compile(rf"{READING}|state\.json")
ABOUT_MUSIC = {method.lower() for method in METHODS}
PAGE = ".json.gz"


def folders_of(bronze: Path, listener: str) -> Sequence[Path]:
    """The listener's folders, one for each method with landed pages of theirs.

    Answers about music are left out: they lie under the day they came, which may also be a listener's name.
    """
    folders = bronze.glob(f"*/*/{in_path(listener)}")
    return sorted(one for one in folders if not one.parts[-3].startswith(".") and one.parts[-2] not in ABOUT_MUSIC)


def has_own_account(bronze: Path, service: str, listener: str) -> bool:
    """Whether plays were read from an account of the service that has the listener's name."""
    folder = folder_of(bronze, service, SERVICES[service], listener)
    return folder.exists() and any(OWN.fullmatch(one.name) for one in folder.iterdir())


def rewrite(folder: Path, below: Path, old: str, new: str) -> Iterator[tuple[str, str]]:
    """Rewrite a listener's folder of pages under the new name, into a folder of the same name in `below`.

    Yields each page's old and new id. What a killed run wrote before is written again.
    """
    target = below / folder.name
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for part in sorted(one for one in folder.iterdir() if not one.name.startswith(".")):
        name = _named(part.name, old, new)
        if part.is_dir():
            yield from _rewritten(part, target / name, new)
        else:
            shutil.copyfile(part, target / name)


def place(source: Path, target: Path) -> None:
    """Move a folder's content to another place; what is there stays, except files of the same name."""
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        source.rename(target)
    elif source.is_dir():
        for child in sorted(source.iterdir()):
            place(child, target / child.name)
        source.rmdir()
    else:
        source.replace(target)


def _rewritten(window: Path, target: Path, listener: str) -> Iterator[tuple[str, str]]:
    target.mkdir()
    ids: dict[str, str] = {}
    for path in sorted(window.glob(f"*{PAGE}")):
        name, before = path.name.removesuffix(PAGE).rsplit(".", 1)
        page, fetched_at = _page(path, listener)
        land(page, target, name, fetched_at=fetched_at)
        ids[before] = page.batch_id
    for path in (one for one in window.glob("*.json") if not one.name.startswith(".")):
        text = path.read_text()
        # A reading's plan names pages, by file names with ids, that it has not seen yet.
        (target / path.name).write_text(re.sub("[0-9a-f]{64}", lambda found: ids.get(found[0], found[0]), text))
    yield from ids.items()


def _page(path: Path, listener: str) -> tuple[Page, datetime]:
    content = json.loads(gzip.decompress(path.read_bytes()))
    request = dict(content["request"])
    source, method = request.pop("source"), request.pop("method")
    request.pop("listener")
    page = Page(source, method, listener, request, content["body"], content["status"])
    return page, datetime.fromisoformat(content["fetched_at"])


def _named(name: str, old: str, new: str) -> str:
    """The name with the prefix of the old name's account added, or with that of the new name's account removed."""
    own = name.removeprefix(f"{in_path(new)}-")
    if OWN.fullmatch(name):
        return f"{in_path(old)}-{name}"
    return own if OWN.fullmatch(own) else name
