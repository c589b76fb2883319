"""Adds the current view as plain HTML to the page's first answer, to be read while Gradio's scripts still load."""

from datetime import UTC, datetime

from sqlalchemy.exc import DatabaseError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui import cards, empty_states, shell
from ui.lists import Wanted
from ui.pages import providers, views
from ui.pages.address import NEXT, Address
from ui.pages.for_you import FIRST_LENGTH, beside, listed
from ui.pages.look import ZONE_COOKIE, Look, Sources, Visitor
from ui.pages.tuning import INTRODUCTION, controls
from ui.store import UnknownListener
from ui.version import Unavailable

# Gradio fills the page behind this copy; when its own list is there, the copy is removed. Until Gradio applies the
# color scheme, this script does. The time zone is stored in a cookie for the chart of the week's hours.
MAKE_ROOM = """<script>(() => {
  const scheme = new URL(window.location.href).searchParams.get("__theme") ?? "system";
  const dark = scheme === "system" ? window.matchMedia("(prefers-color-scheme: dark)").matches : scheme === "dark";
  document.body.classList.toggle("dark", dark);
  const root = document.documentElement;
  root.dataset.view = new URL(window.location.href).searchParams.get("view") ?? "next";
  try { root.classList.toggle("sg-met", window.localStorage.getItem("segue-met") === "1"); } catch { /* not kept */ }
  const zone = encodeURIComponent(Intl.DateTimeFormat().resolvedOptions().timeZone);
  document.cookie = `ZONE_COOKIE=${zone};path=/;max-age=31536000;samesite=lax`;
  const there = "#sg-next :is(.sg-card, .sg-none, .sg-empty)";
  const makeRoom = () => document.querySelector(there) && (document.getElementById("sg-first")?.remove(), true);
  const watch = new MutationObserver(() => makeRoom() && watch.disconnect());
  watch.observe(document.documentElement, {childList: true, subtree: true});
})();</script>""".replace("ZONE_COOKIE", ZONE_COOKIE)

# The views that can be rendered without asking another service.
AT_ONCE = frozenset({NEXT, "listening", "explore", "playlists"})
BEFORE = b"<gradio-app"


class FirstSight:
    """Adds the style and the first list to the page's HTML."""

    def __init__(self, app: ASGIApp, sources: Sources, style: str) -> None:
        self._app = app
        self._sources = sources
        # In the body, so that it comes after the styles that Gradio adds to the head.
        self._style = f"<style>{style}</style>".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        start: Message = {}
        body = bytearray()

        async def gather(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            if message["type"] != "http.response.body":
                await send(message)
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body", False):
                whole = await run_in_threadpool(self._completed, bytes(body), scope)
                await send({**start, "headers": _with_length(start["headers"], len(whole))})
                await send({"type": "http.response.body", "body": whole})

        await self._app(scope, receive, gather)

    def _completed(self, page: bytes, scope: Scope) -> bytes:
        address = Address.read(scope["query_string"].decode("latin-1"))
        first = self._first(address, scope) if address.view in AT_ONCE else ""
        return page.replace(BEFORE, self._style + (MAKE_ROOM + first).encode() + BEFORE, 1)

    def _first(self, address: Address, scope: Scope) -> str:
        try:
            look = self._sources.look(address, None, _visitor(scope), datetime.now(UTC))
            hero = shell.first_hero(look.store.listener(look.username))
            body = _first_list(look) if address.view == NEXT else shell.first_view(views.shown(look))
            fresh = shell.masthead(look.store.freshness(), look.now, look.address, providers.stale(look.home))
            return shell.first_sight(fresh, look.address, hero, body)
        except Unavailable as unavailable:
            return shell.first_sight(empty_states.starting(), address, "", _nothing(address, str(unavailable)))
        except (UnknownListener, DatabaseError):
            return ""


def _nothing(address: Address, reason: str) -> str:
    nothing = empty_states.nothing_served(reason)
    return shell.first_body(nothing) if address.view == NEXT else shell.first_view(views.framed(address, nothing))


def _first_list(look: Look) -> str:
    listener, offered = look.store.listener(look.username), look.store.strategies(look.username)
    found = listed(look, Wanted(FIRST_LENGTH))
    rows = cards.recommendation_list(found.rows, listener, offered, found.total, liked=found.liked, videos=found.videos)
    return shell.first_list(offered, INTRODUCTION, controls(), rows, beside(look, listener))


def _visitor(scope: Scope) -> Visitor:
    return Visitor.calling(scope["state"]["caller"], Headers(scope=scope))


def _with_length(headers: list[tuple[bytes, bytes]], length: int) -> list[tuple[bytes, bytes]]:
    others = [(name, value) for name, value in headers if name.lower() != b"content-length"]
    return [*others, (b"content-length", str(length).encode())]
