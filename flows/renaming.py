"""`segue rename`: renames a listener, as if all their data had been landed under the new name.

A page's id is a hash that includes its listener, so the pages in bronze are rewritten under the new name. Meanwhile
the old ones are put aside, where no job consumes them. The plan is kept beside them: a killed run is finished by
running it again.
"""

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from flows import engine, renamed
from flows.accounts import account_of
from flows.app_database import app_database
from flows.landing import in_path, write_whole
from flows.rewriting import SERVICES, folders_of, has_own_account, place, rewrite
from flows.settings import Settings
from flows.terminal import progress, say, say_written
from flows.under_way import build as build_now
from jobs.locks import locked
from ui.store import NothingServed, Store
from ui.view import counted, plain

UNDER_WAY, DONE = ".renaming", ".renamed"
PLAN = "plan.json"


class BadRenaming(Exception):
    """A listener who cannot be renamed: there is nobody of this name, or the new name is taken."""


@dataclass(frozen=True)
class Plan:
    """A renaming under way. `moved`: all pages are put aside; `batches`: each page's new id by its old one."""

    old: str
    new: str
    services: tuple[str, ...] = ()
    moved: bool = False
    batches: dict[str, str] = field(default_factory=dict)


def rename_listener(settings: Settings, old: str, new: str) -> None:
    """Rename in bronze, the app's database, the lake and the served store. Raises `BadRenaming` before any change."""
    bronze = settings.home / "bronze"
    with locked(settings.home / "run" / "renaming"):
        plan = _left(bronze) or _begun(settings, old, new)
        if (plan.old, plan.new) != (old, new):
            raise BadRenaming(f"a rename was interrupted: finish it first with segue rename {plan.old!r} {plan.new!r}")
        _say_what_comes(settings, plan)
        _carry_out(settings, bronze, plan)
    say(f"{plain(old)} is now called {plain(new)}")


def free(settings: Settings, name: str) -> None:
    """Free a former name for others. Raises `BadRenaming` if it is no former name."""
    now = renamed.name_now(settings.home, name)
    if not renamed.release(settings.home, name):
        raise BadRenaming(f"{name!r} is not a former name: check the spelling")
    say(f"{plain(name)} is now free; it was a former name of {plain(now)}, whose plays are unchanged")


def _carry_out(settings: Settings, bronze: Path, plan: Plan) -> None:
    aside, written = bronze / UNDER_WAY / "aside", bronze / UNDER_WAY / "written"
    shutil.rmtree(bronze / DONE, ignore_errors=True)
    if not plan.moved:
        _put_aside(bronze, plan.old, aside)
        batches = dict(pair for folder in _folders(aside) for pair in rewrite(folder, written, plan.old, plan.new))
        plan = _noted(bronze, Plan(plan.old, plan.new, plan.services, moved=True, batches=batches))
    with app_database(settings) as database:
        if database is not None:
            from ui.renamed import rename

            rename(database, plan.old, plan.new, plan.batches)
    with progress() as bars:
        bars.add_task("rename in the lake", total=None)
        engine.rename(settings, bronze / UNDER_WAY / PLAN)
    renamed.note(settings.home, plan.old, plan.new, plan.services)
    for folder in _folders(written):
        source, _, method = folder.name.partition(".")
        place(folder, bronze / source / method / in_path(plan.new))
    say_written(build_now(settings, engine.EVERYTHING, listeners=[plan.new]))
    # Renamed in one step: after a kill half way through deleting, the next renaming would take the rest for its own.
    (bronze / UNDER_WAY).rename(bronze / DONE)
    shutil.rmtree(bronze / DONE)


def _begun(settings: Settings, old: str, new: str) -> Plan:
    bronze = settings.home / "bronze"
    if not _is_known(settings, old):
        now = renamed.name_now(settings.home, old)
        called = f"they are now called {now!r}" if now != old else "'segue status' lists all listeners"
        raise BadRenaming(f"there is no listener {old!r}: {called}")
    if old == new or _is_known(settings, new):
        raise BadRenaming(f"{new!r} is already taken: choose another name")
    if (now := renamed.name_now(settings.home, new)) not in {old, new}:
        raise BadRenaming(f"{new!r} is a former name of {now!r}: free it first with segue rename {new!r} --free")
    services = tuple(one for one in SERVICES if has_own_account(bronze, one, old))
    return _noted(bronze, Plan(old, new, services))


def _is_known(settings: Settings, name: str) -> bool:
    if folders_of(settings.home / "bronze", name) or name in _served(settings.home):
        return True
    with app_database(settings) as database:
        if database is None:
            return False
        from ui.renamed import is_known

        return is_known(database, name)


def _served(home: Path) -> dict[str, int]:
    try:
        return {one.username: one.play_count for one in Store(home / "served").listeners()}
    except NothingServed:
        return {}


def _say_what_comes(settings: Settings, plan: Plan) -> None:
    old, new = plain(plan.old), plain(plan.new)
    pages = sum(1 for folder in folders_of(settings.home / "bronze", plan.old) for _ in folder.glob("*/*.json.gz"))
    played = _served(settings.home).get(plan.old, 0)
    landed = f"{counted(pages, 'stored page')}, {counted(played, 'published play')}"
    say(f"renaming {old} to {new}, with {landed} and the app's data")
    if any(account_of(name).listener == plan.old for name in settings.listeners):
        say(f"SEGUE_LISTENERS includes {old}: that account is still fetched, now for {new}; {old}={new} means the same")


def _put_aside(bronze: Path, old: str, aside: Path) -> None:
    aside.mkdir(parents=True, exist_ok=True)
    for folder in folders_of(bronze, old):
        target = aside / f"{folder.parts[-3]}.{folder.parts[-2]}"
        if not target.exists():
            folder.rename(target)


def _folders(below: Path) -> Iterator[Path]:
    return (folder for folder in sorted(below.glob("*")) if folder.is_dir())


def _left(bronze: Path) -> Plan | None:
    path = bronze / UNDER_WAY / PLAN
    if not path.exists():
        return None
    content = json.loads(path.read_text())
    return Plan(**{**content, "services": tuple(content["services"])})


def _noted(bronze: Path, plan: Plan) -> Plan:
    write_whole(bronze / UNDER_WAY / PLAN, json.dumps(asdict(plan)).encode())
    return plan
