"""The page: choose a listener and see what they may want next, why, and how fresh that is."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI

from ui import cards, view
from ui.records import Freshness, ListenerSummary
from ui.store import Store, UnknownListener
from ui.version import Unavailable

LENGTHS = (10, 25, 50, 100)
FIRST_LENGTH = 25
EVERYTHING = "everything"

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
WORDMARK = '<h1 class="sg-mark"><a href="?">segue</a></h1>'


def mount(app: FastAPI, store: Store) -> FastAPI:
    """Put the page at `/` of the app, answering from the store."""
    style = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
    # Gradio's own style sheet scoping would rewrite the rules for dark mode, so the style comes as part of the head.
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        _page(store),
        path="/",
        server_name="127.0.0.1",
        theme=_theme(),
        head=f"<style>{style}</style>{HEAD}",
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
            _html("sg-wordmark", WORDMARK)
            fresh = _html("sg-freshness")
        with gr.Row(elem_id="sg-hero"):
            listener = gr.Dropdown([], label="Listener", allow_custom_value=True, elem_id="sg-listener")
            profile = _html("sg-who")
        with gr.Row(elem_id="sg-body"):
            with gr.Column(elem_id="sg-main"):
                with gr.Row(elem_id="sg-controls"):
                    strategy = gr.Radio(_strategy_choices({}), value=EVERYTHING, label="Why", elem_id="sg-strategy")
                    length = gr.Radio(list(LENGTHS), value=FIRST_LENGTH, label="Show", elem_id="sg-length")
                recommendations = _html("sg-next")
            artists = _html("sg-most")
        seen = gr.State("")
        timer = gr.Timer(LOOK_EVERY)

        asked = [listener, strategy, length]
        whole = [fresh, listener, strategy, profile, recommendations, artists, seen]
        # Without the queue an answer is one request, and nothing on the page turns grey while it comes.
        quick: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
        page.load(shown.chosen, asked, whole, js=TAKE_FROM_ADDRESS, **quick)
        listener.input(shown.chosen, asked, whole, js=KEEP_IN_ADDRESS, **quick)
        gr.on([strategy.input, length.input], shown.chosen, asked, whole, **quick)
        timer.tick(shown.looked, [*asked, seen], whole, **quick)
    return page


def _html(elem_id: str, value: str = "") -> gr.HTML:
    # The template must stay Gradio's "${value}": what stands in {{ }} is compiled in the browser, and names would be.
    return gr.HTML(value, elem_id=elem_id, apply_default_css=False)


class Shown:
    """What the page shows of a store, for one choice of listener, strategy and length."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def looked(self, username: str | None, strategy: str | None, length: int | None, seen: str) -> Any:
        """Everything anew if what is served changed, or nothing."""
        return gr.skip() if self._state(datetime.now(UTC)) == seen else self.chosen(username, strategy, length)

    def chosen(self, username: str | None, strategy: str | None, length: int | None) -> tuple[Any, ...]:
        """The values of all outputs."""
        now = datetime.now(UTC)
        state = self._state(now)
        try:
            freshness, summaries = self._store.freshness(), self._store.listeners()
        except Unavailable as unavailable:
            return (cards.starting(), gr.skip(), gr.skip(), "", cards.nothing_served(str(unavailable)), "", state)
        name = username or _first(summaries)
        choices = gr.update(choices=[(view.isolated(each.username), each.username) for each in summaries], value=name)
        fresh = cards.masthead(freshness, now)
        try:
            return (fresh, choices, *self._list(name, strategy, length or FIRST_LENGTH, now), state)
        except UnknownListener as unknown:
            return (fresh, choices, gr.skip(), "", cards.unknown_listener(unknown.username, unknown.near), "", state)

    def _list(self, username: str, strategy: str | None, length: int, now: datetime) -> tuple[Any, ...]:
        listener, offered = self._store.listener(username), self._store.strategies(username)
        only = strategy if strategy in offered else None
        rows = self._store.recommendations(username, length, strategy=only)
        total = self._store.count(username, only)
        filters = gr.update(choices=_strategy_choices(offered), value=only or EVERYTHING)
        lists = cards.recommendation_list(rows, total, listener), cards.top_artist_list(listener, now)
        return (filters, cards.profile(listener), *lists)

    def _state(self, now: datetime) -> str:
        """Differs when the page would: another version, a stale one, "an hour ago" become "2 hours ago"."""
        try:
            freshness: Freshness = self._store.freshness()
        except Unavailable as unavailable:
            return str(unavailable)
        return f"{freshness.version} {freshness.stale} {view.ago(freshness.published_at, now)}"


def _first(summaries: tuple[ListenerSummary, ...]) -> str:
    """Who is shown where none was chosen: the longest history, which has the most to show."""
    return max(summaries, key=lambda each: each.play_count).username if summaries else ""


def _strategy_choices(offered: Mapping[str, int]) -> list[tuple[str, str]]:
    names = offered or view.STRATEGIES
    return [("Everything", EVERYTHING), *((view.isolated(view.label(each)), each) for each in names)]
