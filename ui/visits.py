"""The page's answers to its events: opening, a choice, a button, and a check for newer data."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import gradio as gr
from sqlalchemy.exc import DatabaseError

from ui import cards, empty_states, shell, toasts, view
from ui.added import BadName
from ui.catalogue import UnknownMusic
from ui.feedback import UnknownFeedback, Verdict
from ui.importing import ImportRefused
from ui.pages import add, for_you, providers, views
from ui.pages.address import NEXT, Address
from ui.pages.deeds import Deeds, listed, taken_along
from ui.pages.for_you import FIRST_LENGTH, NO_DATABASE
from ui.pages.look import Look, Sources, Visitor
from ui.pages.tuning import Tuned
from ui.playlists import BadPlaylist, UnknownPlaylist
from ui.runs import RunsUnavailable
from ui.store import UnknownListener
from ui.strategies import EVERYTHING, STRATEGIES, filters
from ui.version import Unavailable

# Values by the name of the output. Outputs that are left out stay as they are.
Answer = dict[str, Any]
REFUSALS = (
    BadName,
    BadPlaylist,
    ImportRefused,
    RunsUnavailable,
    Unavailable,
    UnknownFeedback,
    UnknownListener,
    UnknownMusic,
    UnknownPlaylist,
)
# A tab in the background checks only once a minute.
LATELY = timedelta(seconds=90)
# The listener's name while there is no listener.
NOBODY = " "
NOT_FROM_HERE = "This page is read-only from here: to make changes, open it as localhost on the machine that runs Segue"


@dataclass(frozen=True)
class Seen:
    """What one open page shows: the listener's tuning, the rows of the list, and the version served."""

    tuned: Tuned = field(default_factory=Tuned)
    listed: for_you.Listed = field(default_factory=for_you.Listed)
    version: str = ""


@dataclass(frozen=True)
class Choice:
    """The choices made on an open page."""

    search: str
    username: str | None
    strategy: str | None
    length: int | None
    seen: Seen


class Visits:
    """Answers all open pages from one store and the app's state."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._store = sources.store
        self._deeds = Deeds(sources.store, sources.state)

    def opened(self, choice: Choice, request: gr.Request | None) -> Answer:
        """The whole page."""
        return self._whole(choice, request)

    def chosen(self, choice: Choice, request: gr.Request | None) -> Answer:
        """The whole page, for another listener, strategy or length."""
        return self._whole(choice, request) | {"toast": toasts.SILENT}

    def looked(self, choice: Choice, request: gr.Request | None) -> Answer:
        """The whole page again if the served version changed; else only parts that change by themselves, if any."""
        now = datetime.now(UTC)
        if self._version() != choice.seen.version:
            answer = self._whole(choice, request)
            if views.is_live(Address.read(choice.search)):
                answer["where"] = add.landing(self._look(choice, request, now))
            if choice.username:
                # The listener may choose another name while this answer is on its way: it must not undo that.
                answer["listener"].pop("value", None)
            return answer
        answer = {"fresh": self._masthead(self._look(choice, request, now))} if self._aged(now) else {}
        address = Address.read(choice.search)
        if views.is_live(address):
            look = self._look(choice, request, now)
            answer |= {"view": self._view(look), "where": add.landing(look)}
        return answer

    def asked(self, told: Mapping[str, Any], choice: Choice, request: gr.Request | None) -> Answer:
        """The answer to a button, a link or a form."""
        do = str(told.get("do"))
        if do == "hush":
            return {"toast": toasts.SILENT}
        if do == "go":
            return self._whole(choice, request) | {"toast": toasts.SILENT, "where": ""}
        if do == "tune":
            return self._whole(replace(choice, seen=replace(choice.seen, tuned=Tuned.read(told))), request)
        try:
            return {"where": ""} | self._done(do, told, self._look(choice, request, datetime.now(UTC)), choice)
        except REFUSALS as refusal:
            return {"toast": toasts.trouble(str(refusal))}
        except DatabaseError:
            return {"toast": toasts.trouble(NO_DATABASE)}

    def _done(self, do: str, told: Mapping[str, Any], look: Look, choice: Choice) -> Answer:
        rows = choice.seen.listed.rows
        if do == "export" and look.address.view == NEXT:
            return {"toast": taken_along(f"Recommended for {look.username}", listed(rows))}
        if not look.may_change:
            return {"toast": toasts.trouble(NOT_FROM_HERE)}
        if do == "keep":
            return {"toast": self._deeds.keep(look.username, rows, look.now)}
        if do in (Verdict.LIKE, Verdict.NOT_NOW, Verdict.NEVER):
            return self._after_telling(look, choice, self._deeds.say(look.username, Verdict(do), told), do)
        if do == "undo":
            return self._after_telling(look, choice, self._deeds.take_back(look.username, str(told.get("event"))), do)
        return views.done(do, told, look)

    def _after_telling(self, look: Look, choice: Choice, toast: str, do: str) -> Answer:
        """The answer to feedback. A like does not change the list in view: it counts from the next list on."""
        shown = {"view": self._view(look)} if look.address.view != NEXT else {}
        if do == Verdict.LIKE:
            return {"toast": toast, **shown, **self._list(look, choice, keep=True)}
        return {"toast": toast, **shown, **self._list(look, choice)}

    def _whole(self, choice: Choice, request: gr.Request | None) -> Answer:
        now = datetime.now(UTC)
        look = self._look(choice, request, now)
        answer: Answer = {"seen": replace(choice.seen, version=self._version())}
        answer |= {"nav": shell.navigation(look.address), "view": self._view(look)}
        try:
            answer["fresh"] = self._masthead(look)
            names = [(view.isolated(each.username), each.username) for each in self._store.listeners()]
            answer["listener"] = gr.update(choices=names, value=look.username)
            answer |= self._list(look, replace(choice, seen=answer["seen"]))
        except UnknownListener as unknown:
            nobody = empty_states.unknown_listener(unknown.username, unknown.near)
            answer |= {"who": "", "next": nobody, "most": ""}
        except Unavailable as unavailable:
            nothing = empty_states.nothing_served(str(unavailable))
            waiting = {"fresh": empty_states.starting(), "listener": gr.update(value=look.username)}
            answer |= {**waiting, "who": "", "next": nothing, "most": ""}
        return answer

    def _look(self, choice: Choice, request: gr.Request | None, now: datetime) -> Look:
        address = Address.read(choice.search)
        visitor = Visitor.calling(request.state.caller, request.headers) if request else Visitor()
        try:
            return self._sources.look(address, choice.username, visitor, now)
        except Unavailable:
            return self._sources.look(address, NOBODY, visitor, now)

    def _view(self, look: Look) -> str:
        return "" if look.address.view == NEXT else views.shown(look)

    def _list(self, look: Look, choice: Choice, *, keep: bool = False) -> Answer:
        """The recommendations and what is beside them; with `keep`, the rows that are there already stay."""
        username, strategy, tuned = look.username, choice.strategy, choice.seen.tuned
        listener, offered = self._store.listener(username), self._store.strategies(username)
        only = strategy if strategy in offered or strategy in STRATEGIES else None
        if keep:
            shown = replace(choice.seen.listed, liked=for_you.told(look)[1])
        else:
            shown = for_you.listed(look, tuned.wanted(only, choice.length or FIRST_LENGTH))
            if look.may_change and look.address.view == NEXT:
                look.state.memory.remember(username, [each.track_id for each in shown.rows])
        # A choice is kept even if the next listener's list, or the next version of it, has no such rows.
        choices = filters({**offered, only: offered.get(only, 0)} if only else offered)
        rows = cards.recommendation_list(
            shown.rows,
            listener,
            offered,
            shown.total,
            only,
            liked=shown.liked,
            videos=shown.videos,
            bent=tuned != Tuned(),
        )
        return {
            "strategy": gr.update(choices=choices, value=only or EVERYTHING),
            "who": shell.profile(listener),
            "next": rows,
            "most": for_you.beside(look, listener),
            "seen": replace(choice.seen, listed=shown),
        }

    def _masthead(self, look: Look) -> str:
        return shell.masthead(self._store.freshness(), look.now, look.address, providers.stale(look.home))

    def _version(self) -> str:
        """The version that is served, or why none is, and which facts are stale."""
        try:
            freshness = self._store.freshness()
        except Unavailable as unavailable:
            return str(unavailable)
        return f"{freshness.version} {freshness.stale} {providers.stale(self._sources.home)}"

    def _aged(self, now: datetime) -> bool:
        """Whether the words for the version's age have changed within `LATELY`."""
        try:
            published_at = self._store.freshness().published_at
        except Unavailable:
            return False
        return view.ago(published_at, now) != view.ago(published_at, now - LATELY)
