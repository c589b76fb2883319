"""`segue alike`: shows which of the joined listeners are similar to one; lets a listener join or leave."""

from collections.abc import Sequence
from contextlib import closing

from flows.app_database import app_database, joined_listeners
from flows.settings import Settings
from flows.terminal import say
from ui.alike import Near, WeighedArtist, alike
from ui.store import NothingServed, Store
from ui.view import counted, joined, plain

ARTISTS_SAID = 5


def choose(settings: Settings, listener: str, *, join: bool) -> None:
    """Add the listener to those who may be shown to each other, or remove them. Raises `UnknownListener`."""
    from ui.database.engine import open_database
    from ui.joined import JoinedListeners

    if join:
        Store(settings.home / "served").listener(listener)
    with closing(open_database(settings.home, settings.database_url)) as database:
        members = JoinedListeners(database)
        changed = members.join(listener) if join else members.leave(listener)
    if join:
        said = "joined" if changed else "had already joined"
        say(f"{plain(listener)} {said}: the next 'segue build' finds similar listeners among those who joined")
    else:
        say(f"{plain(listener)} {'has left and is no longer shown to anyone' if changed else 'had not joined'}")


def leave_if_gone(settings: Settings, listener: str) -> None:
    """Remove a listener without plays from the joined ones: plays imported later are not shown to others unasked."""
    with app_database(settings) as database:
        if database is not None and listener not in _served(settings):
            from ui.joined import JoinedListeners

            JoinedListeners(database).leave(listener)


def say_alike(settings: Settings, listener: str) -> None:
    """Print which listeners are similar to this one, and why. Raises `UnknownListener`."""
    store = Store(settings.home / "served")
    name = store.listener(listener).username
    found = alike(store, joined_listeners(settings), name)
    if not found.joined:
        say(f"{plain(name)} has not joined and is not shown to anyone: join with 'segue alike {plain(name)} --join'")
        return
    for one in found.listeners:
        say(f"{plain(one.username)}, {one.similarity:.0%} alike: both play {_artists(one.common)}")
        _say_artists(f"only {plain(one.username)}:", one.theirs)
        _say_artists(f"only {plain(name)}:", one.own)
    if found.community:
        _say_community(found.community)
    if not found.listeners:
        say("no similar listener has joined, or none has been found yet: 'segue build' looks again")


def _served(settings: Settings) -> set[str]:
    try:
        return {one.username for one in Store(settings.home / "served").listeners()}
    except NothingServed:
        return set()


def _say_community(near: Near) -> None:
    say(f"{counted(near.people, 'anonymous listener')} from the community, {near.similarity:.0%} alike on average")
    _say_artists("they share with you", near.common)
    _say_artists("they keep returning to", near.theirs)


def _say_artists(lead: str, artists: Sequence[WeighedArtist]) -> None:
    if artists:
        say(f"    {lead} {_artists(artists)}")


def _artists(artists: Sequence[WeighedArtist]) -> str:
    names = [plain(one.artist_name) for one in artists[:ARTISTS_SAID]]
    return joined(names, "and")
