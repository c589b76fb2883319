"""The page at `/`: Gradio's components and their events. What they show is rendered elsewhere."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI
from gradio.utils import get_upload_folder

from ui import hear, shell, toasts
from ui.first_sight import FirstSight
from ui.importing import Imports
from ui.pages.for_you import FIRST_LENGTH
from ui.pages.look import Sources
from ui.pages.tuning import INTRODUCTION, controls
from ui.state import State
from ui.store import Store
from ui.strategies import EVERYTHING, STRATEGIES, filters
from ui.visits import Answer, Choice, Seen, Visits

# A million plays as CSV are some 100 MB.
LARGEST_FILE = "500mb"
LENGTHS = (10, 25, 50, 100)

# Seconds between checks for a newer version: the first list should appear by itself while a pipeline runs.
LOOK_EVERY = 1.0

SANS = ("Inter", "ui-sans-serif", "system-ui", "Segoe UI", "Roboto", "Helvetica Neue", "Noto Sans", "sans-serif")
MONO = ("ui-monospace", "SF Mono", "Cascadia Mono", "Liberation Mono", "monospace")

# Listener and view are in the address, so that a reload, a link or the back button opens the same.
TELL_ADDRESS = "(_, ...others) => [window.location.search, ...others]"
KEEP_LISTENER = """(_, name, ...others) => {
  const here = new URL(window.location.href);
  here.searchParams.set("listener", name ?? "");
  window.history.replaceState(null, "", here);
  return [here.search, name, ...others];
}"""

# An action may lead to another view: a new playlist, or the list of a listener just added.
FOLLOW = 'where => { if (where) window.dispatchEvent(new CustomEvent("sg-go", { detail: where })); }'

HEAD = '<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">'
HERE = Path(__file__).parent


def mount(app: FastAPI, home: Path, store: Store, state: State) -> None:
    """Mount the page at `/` of the app, with data from the store and from the app's state."""
    # Gradio's `css` would apply only to its own elements: the style is sent with the first answer, for both copies.
    style = "".join((HERE / name).read_text(encoding="utf-8") for name in ("page.css", "views.css"))
    sources = Sources(home, store, state, Imports(home, Path(get_upload_folder())))
    app.include_router(hear.routes(store, state))
    app.add_middleware(FirstSight, sources=sources, style=style)
    gr.mount_gradio_app(
        app,
        _page(Visits(sources)),
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
        max_file_size=LARGEST_FILE,
    )


def _theme() -> gr.themes.Base:
    return gr.themes.Base(primary_hue="orange", neutral_hue="zinc", font=SANS, font_mono=MONO)


def _page(visits: Visits) -> gr.Blocks:
    page: gr.Blocks
    with gr.Blocks(title="Segue", analytics_enabled=False, fill_width=True) as page:
        parts = _parts()
        # The timer starts with the first answer: an earlier check would load the same list again.
        timer = gr.Timer(LOOK_EVERY, active=False)
        _wire(page, visits, parts, timer)
    return page


def _parts() -> dict[str, Any]:
    with gr.Row(elem_id="sg-top"):
        _html("sg-wordmark", shell.WORDMARK)
        nav = _html("sg-nav", script=(HERE / "page.js").read_text(encoding="utf-8"))
        fresh = _html("sg-freshness")
    with gr.Row(elem_id="sg-hero"):
        listener = gr.Dropdown([], label="Listener", allow_custom_value=True, elem_id="sg-listener")
        who = _html("sg-who")
    with gr.Row(elem_id="sg-body"):
        with gr.Column(elem_id="sg-main"):
            _html("sg-meet", INTRODUCTION)
            with gr.Row(elem_id="sg-controls"):
                at_first = filters(dict.fromkeys(STRATEGIES, 0))
                strategy = gr.Radio(at_first, value=EVERYTHING, label="Why", elem_id="sg-strategy")
            _html("sg-tuning", controls())
            following = _html("sg-next")
            length = gr.Radio(list(LENGTHS), value=FIRST_LENGTH, label="Show", elem_id="sg-length")
        most = _html("sg-most")
    shown = {"view": _html("sg-view"), "toast": _html("sg-told", toasts.SILENT)}
    hidden = {"search": gr.Textbox("", visible=False), "where": gr.Textbox("", visible=False)}
    kept = {**hidden, "seen": gr.State(Seen())}
    chosen = {"listener": listener, "strategy": strategy, "length": length}
    return {"nav": nav, "fresh": fresh, "who": who, "next": following, "most": most, **shown, **kept, **chosen}


def _html(elem_id: str, value: str = "", script: str | None = None) -> gr.HTML:
    # The template must stay Gradio's "${value}": what is in {{ }} is compiled in the browser, also within names.
    return gr.HTML(value, elem_id=elem_id, apply_default_css=False, js_on_load=script)


def _wire(page: gr.Blocks, visits: Visits, parts: dict[str, Any], timer: gr.Timer) -> None:
    asked = [parts[name] for name in ("search", "listener", "strategy", "length", "seen")]
    others = [part for name, part in parts.items() if name not in ("search", "length")]
    # Without the queue, an answer is one request, and nothing on the page is greyed out meanwhile.
    quick: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}

    def filled(answer: Answer) -> dict[Any, Any]:
        return {parts[name]: value for name, value in answer.items()} or gr.skip()

    # Gradio passes inputs by position.
    def opened(  # noqa: PLR0917
        search: str, username: str | None, strategy: str | None, length: int | None, seen: Seen, request: gr.Request
    ) -> dict[Any, Any]:
        answer = visits.opened(Choice(search, username, strategy, length, seen), request)
        return {**filled(answer), timer: gr.Timer(active=True)}

    def asking(answering: Callable[[Choice, gr.Request | None], Answer]) -> Callable[..., dict[Any, Any]]:
        def answer(  # noqa: PLR0917
            search: str, username: str | None, strategy: str | None, length: int | None, seen: Seen, request: gr.Request
        ) -> dict[Any, Any]:
            return filled(answering(Choice(search, username, strategy, length, seen), request))

        return answer

    def done(  # noqa: PLR0917
        _: str,
        username: str | None,
        strategy: str | None,
        length: int | None,
        seen: Seen,
        request: gr.Request,
        event: gr.EventData,
    ) -> dict[Any, Any]:
        told = event._data if isinstance(event._data, dict) else {}
        return filled(visits.asked(told, Choice(str(told.get("search")), username, strategy, length, seen), request))

    page.load(opened, asked, [*others, timer], js=TELL_ADDRESS, **quick)
    parts["listener"].input(asking(visits.chosen), asked, others, js=KEEP_LISTENER, **quick)
    inputs = [parts["strategy"].input, parts["length"].input]
    gr.on(inputs, asking(visits.chosen), asked, others, js=TELL_ADDRESS, **quick)
    looked = timer.tick(asking(visits.looked), asked, others, js=TELL_ADDRESS, **quick)
    told = parts["nav"].asked(done, asked, others, trigger_mode="multiple", **quick)
    for answered in (looked, told):
        answered.then(None, parts["where"], None, js=FOLLOW, **quick)
