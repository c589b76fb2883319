"""The first list as plain HTML in the page's first answer, to be read while Gradio's scripts still load."""

from datetime import UTC, datetime
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui import cards
from ui.store import NothingServed, Store, UnknownListener
from ui.version import Unavailable

FIRST_LENGTH = 25

# Gradio fills the page behind this; when its own list stands there, this copy makes room for it. Until Gradio has
# looked at the color scheme, this looks.
MAKE_ROOM = """<script>(() => {
  const scheme = new URL(window.location.href).searchParams.get("__theme") ?? "system";
  const dark = scheme === "system" ? window.matchMedia("(prefers-color-scheme: dark)").matches : scheme === "dark";
  document.body.classList.toggle("dark", dark);
  const there = "#sg-next :is(.sg-card, .sg-none, .sg-empty)";
  const makeRoom = () => document.querySelector(there) && (document.getElementById("sg-first")?.remove(), true);
  const watch = new MutationObserver(() => makeRoom() && watch.disconnect());
  watch.observe(document.documentElement, {childList: true, subtree: true});
})();</script>"""

BEFORE = b"<gradio-app"


class FirstSight:
    """Adds the style and the first list to the page's HTML."""

    def __init__(self, app: ASGIApp, store: Store, style: str) -> None:
        self._app = app
        self._store = store
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
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("listener", [""])[0]
        first = (MAKE_ROOM + self._first(asked)).encode()
        return page.replace(BEFORE, self._style + first + BEFORE, 1)

    def _first(self, asked: str) -> str:
        now = datetime.now(UTC)
        try:
            username = asked or first_listener(self._store)
            listener = self._store.listener(username)
            rows = self._store.recommendations(username, FIRST_LENGTH)
            offered = self._store.strategies(username)
            return cards.first_sight(
                cards.masthead(self._store.freshness(), now),
                listener,
                offered,
                cards.recommendation_list(rows, listener, offered, self._store.count(username)),
                cards.top_artist_list(listener, now),
            )
        except (Unavailable, UnknownListener):
            return ""


def first_listener(store: Store) -> str:
    """Who is shown where none was chosen: the longest history, which has the most to show."""
    listeners = store.listeners()
    if not listeners:
        raise NothingServed("what is published holds no listener yet")
    return max(listeners, key=lambda each: each.play_count).username


def _with_length(headers: list[tuple[bytes, bytes]], length: int) -> list[tuple[bytes, bytes]]:
    others = [(name, value) for name, value in headers if name.lower() != b"content-length"]
    return [*others, (b"content-length", str(length).encode())]
