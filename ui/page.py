"""The page: choose a listener and see what they may want next, why, and how fresh that is."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI

from ui import cards, empty_states, view
from ui.first_sight import FIRST_LENGTH, FirstSight, first_listener
from ui.records import Freshness
from ui.store import Store, UnknownListener
from ui.strategies import EVERYTHING, STRATEGIES, filters
from ui.version import Unavailable

LENGTHS = (10, 25, 50, 100)

# Seconds between looks for a newer version: the first list should appear by itself while a pipeline runs.
LOOK_EVERY = 1.0

SANS = ("Inter", "ui-sans-serif", "system-ui", "Segoe UI", "Roboto", "Helvetica Neue", "Noto Sans", "sans-serif")
MONO = ("ui-monospace", "SF Mono", "Cascadia Mono", "Liberation Mono", "monospace")

# The chosen listener stands in the address, so that a reload or a link opens the same list.
TAKE_FROM_ADDRESS = """(name, ...others) =>
  [new URL(window.location.href).searchParams.get("listener") || name, ...others]"""
KEEP_IN_ADDRESS = """(name, ...others) => {
  const here = new URL(window.location.href);
  here.searchParams.set("listener", name ?? "");
  window.history.replaceState(null, "", here);
  return [name, ...others];
}"""

HEAD = '<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">'


def mount(app: FastAPI, store: Store) -> FastAPI:
    """Put the page at `/` of the app, answering from the store."""
    # Gradio's `css` would be scoped to its own elements: the style comes with the first answer, for both copies.
    style = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
    app.add_middleware(FirstSight, store=store, style=style)
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        _page(store),
        path="/",
        server_name="127.0.0.1",
        theme=_theme(),
        head=HEAD,
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        show_error=False,
    )
    return mounted


def _theme() -> gr.themes.Base:
    return gr.themes.Base(primary_hue="orange", neutral_hue="zinc", font=SANS, font_mono=MONO)


def _page(store: Store) -> gr.Blocks:
    shown = Shown(store)
    page: gr.Blocks
    with gr.Blocks(title="Segue", analytics_enabled=False, fill_width=True) as page:
        with gr.Row(elem_id="sg-top"):
            _html("sg-wordmark", cards.WORDMARK)
            fresh = _html("sg-freshness")
        with gr.Row(elem_id="sg-hero"):
            listener = gr.Dropdown([], label="Listener", allow_custom_value=True, elem_id="sg-listener")
            profile = _html("sg-who")
        with gr.Row(elem_id="sg-body"):
            with gr.Column(elem_id="sg-main"):
                with gr.Row(elem_id="sg-controls"):
                    at_first = filters(dict.fromkeys(STRATEGIES, 0))
                    strategy = gr.Radio(at_first, value=EVERYTHING, label="Why", elem_id="sg-strategy")
                    length = gr.Radio(list(LENGTHS), value=FIRST_LENGTH, label="Show", elem_id="sg-length")
                recommendations = _html("sg-next")
            artists = _html("sg-most")
        seen = gr.State("")
        # Looks begin once the first answer is there: an earlier one would bring the list that it was asked for again.
        timer = gr.Timer(LOOK_EVERY, active=False)

        asked = [listener, strategy, length]
        whole = [fresh, listener, strategy, profile, recommendations, artists, seen]
        # Without the queue an answer is one request, and nothing on the page turns grey while it comes.
        quick: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
        page.load(shown.opened, asked, [*whole, timer], js=TAKE_FROM_ADDRESS, **quick)
        listener.input(shown.chosen, asked, whole, js=KEEP_IN_ADDRESS, **quick)
        gr.on([strategy.input, length.input], shown.chosen, asked, whole, **quick)
        timer.tick(shown.looked, [*asked, seen], whole, js=TAKE_FROM_ADDRESS, **quick)
    return page


def _html(elem_id: str, value: str = "") -> gr.HTML:
    # The template must stay Gradio's "${value}": what stands in {{ }} is compiled in the browser, and names would be.
    return gr.HTML(value, elem_id=elem_id, apply_default_css=False)


class Shown:
    """What the page shows of a store, for one choice of listener, strategy and length."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def opened(self, username: str | None, strategy: str | None, length: int | None) -> tuple[Any, ...]:
        """The values of all outputs, and the timer set going."""
        return (*self.chosen(username, strategy, length), gr.Timer(active=True))

    def looked(self, username: str | None, strategy: str | None, length: int | None, seen: str) -> Any:
        """Everything anew if what is served changed, or nothing."""
        if self._state(datetime.now(UTC)) == seen:
            return gr.skip()
        fresh, choices, *others = self.chosen(username, strategy, length)
        if username:
            # The listener may choose another name while this answer is on its way: it must not undo that.
            choices.pop("value", None)
        return (fresh, choices, *others)

    def chosen(self, username: str | None, strategy: str | None, length: int | None) -> tuple[Any, ...]:
        """The values of all outputs."""
        now = datetime.now(UTC)
        state = self._state(now)
        try:
            name = username or first_listener(self._store)
            names = [(view.isolated(each.username), each.username) for each in self._store.listeners()]
            around = cards.masthead(self._store.freshness(), now), gr.update(choices=names, value=name)
            return (*around, *self._list(name, strategy, length or FIRST_LENGTH, now), state)
        except UnknownListener as unknown:
            return (*around, gr.skip(), "", empty_states.unknown_listener(unknown.username, unknown.near), "", state)
        except Unavailable as unavailable:
            nothing = empty_states.nothing_served(str(unavailable))
            return (empty_states.starting(), gr.update(value=username), gr.skip(), "", nothing, "", state)

    def _list(self, username: str, strategy: str | None, length: int, now: datetime) -> tuple[Any, ...]:
        listener, offered = self._store.listener(username), self._store.strategies(username)
        only = strategy if strategy in offered or strategy in STRATEGIES else None
        rows = self._store.recommendations(username, length, strategy=only)
        # A choice stays where the next listener's list, or the next version of it, has no such rows.
        choices = filters({**offered, only: offered.get(only, 0)} if only else offered)
        lists = (
            cards.recommendation_list(rows, listener, offered, self._store.count(username, only), only),
            cards.top_artist_list(listener, now),
        )
        return (gr.update(choices=choices, value=only or EVERYTHING), cards.profile(listener), *lists)

    def _state(self, now: datetime) -> str:
        """Differs when the page would: another version, a stale one, "an hour ago" become "2 hours ago"."""
        try:
            freshness: Freshness = self._store.freshness()
        except Unavailable as unavailable:
            return str(unavailable)
        return f"{freshness.version} {freshness.stale} {view.ago(freshness.published_at, now)}"
