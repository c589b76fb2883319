"""The first list as plain HTML in the page's first answer, to be read while Gradio's scripts still load."""

from datetime import UTC, datetime

from sqlalchemy.exc import DatabaseError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui import cards, shell
from ui.lists import Wanted
from ui.pages.address import NEXT, Address
from ui.pages.for_you import FIRST_LENGTH, beside, listed
from ui.pages.look import Sources, Visitor
from ui.pages.tuning import INTRODUCTION, controls
from ui.store import UnknownListener
from ui.version import Unavailable

# Gradio fills the page behind this; when its own list stands there, this copy makes room for it. Until Gradio has
# looked at the color scheme, this looks.
MAKE_ROOM = """<script>(() => {
  const scheme = new URL(window.location.href).searchParams.get("__theme") ?? "system";
  const dark = scheme === "system" ? window.matchMedia("(prefers-color-scheme: dark)").matches : scheme === "dark";
  document.body.classList.toggle("dark", dark);
  const root = document.documentElement;
  root.dataset.view = new URL(window.location.href).searchParams.get("view") ?? "next";
  try { root.classList.toggle("sg-met", window.localStorage.getItem("segue-met") === "1"); } catch { /* not kept */ }
  const there = "#sg-next :is(.sg-card, .sg-none, .sg-empty)";
  const makeRoom = () => document.querySelector(there) && (document.getElementById("sg-first")?.remove(), true);
  const watch = new MutationObserver(() => makeRoom() && watch.disconnect());
  watch.observe(document.documentElement, {childList: true, subtree: true});
})();</script>"""

BEFORE = b"<gradio-app"


class FirstSight:
    """Adds the style and the first list to the page's HTML."""

    def __init__(self, app: ASGIApp, sources: Sources, style: str) -> None:
        self._app = app
        self._sources = sources
        # In the body, where it comes after whatever style Gradio adds to the head.
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
            body.extend(message.get("body", b""))
            if not message.get("more_body", False):
                whole = self._completed(bytes(body), scope)
                await send({**start, "headers": _with_length(start["headers"], len(whole))})
                await send({"type": "http.response.body", "body": whole})

        await self._app(scope, receive, gather)

    def _completed(self, page: bytes, scope: Scope) -> bytes:
        address = Address.read(scope["query_string"].decode("latin-1"))
        # The other views come with Gradio's answer: they are looked at later, and by somebody who is here already.
        first = self._first(address, scope) if address.view == NEXT else ""
        return page.replace(BEFORE, self._style + (MAKE_ROOM + first).encode() + BEFORE, 1)

    def _first(self, address: Address, scope: Scope) -> str:
        try:
            look = self._sources.look(address, None, _visitor(scope), datetime.now(UTC))
            listener, offered = look.store.listener(look.username), look.store.strategies(look.username)
            found = listed(look, Wanted(FIRST_LENGTH))
            rows = cards.recommendation_list(found.rows, listener, offered, found.total, liked=found.liked)
            return shell.first_sight(
                shell.masthead(look.store.freshness(), look.now),
                look.address,
                shell.first_hero(listener),
                shell.first_list(offered, INTRODUCTION, controls(), rows, beside(look, listener)),
            )
        except (Unavailable, UnknownListener, DatabaseError):
            return ""


def _visitor(scope: Scope) -> Visitor:
    client = scope["client"][0] if scope.get("client") else None
    return Visitor(client, dict(scope["headers"]).get(b"host", b"").decode("latin-1"))


def _with_length(headers: list[tuple[bytes, bytes]], length: int) -> list[tuple[bytes, bytes]]:
    others = [(name, value) for name, value in headers if name.lower() != b"content-length"]
    return [*others, (b"content-length", str(length).encode())]
