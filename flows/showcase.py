"""`segue demo`: simulated listeners, the whole pipeline with progress, and the page."""

import threading
from dataclasses import replace

from flows import engine
from flows.demo.listeners import LISTENERS
from flows.enriching import enrich
from flows.listening_source import listening_source
from flows.providers import only
from flows.settings import LASTFM_API_URL, Settings
from flows.syncing import fetch_listeners
from flows.terminal import progress, say, say_recommendations, say_written
from ui.app import start
from ui.settings import read_app_settings
from ui.store import Store

SHOWN = 10
# Enough for two rounds: artists similar to the listeners' artists, and then the tracks of those.
CALLS = 800


def run_demo(settings: Settings, *, once: bool) -> None:
    """Sync and build the simulated listeners, print one's recommendations, and serve the page unless `once`."""
    keyless = replace(settings, lastfm_api_key=None, lastfm_api_url=LASTFM_API_URL)
    warming = engine.warm_up(keyless)
    page = None if once else start(settings.home, settings.port, settings=read_app_settings())
    if page:
        say(f"The page is opening at {page.url}; the first recommendations will appear there automatically.")
    names = [listener.name for listener in LISTENERS]
    with progress() as bars, listening_source(keyless) as source:
        fetching = bars.add_task(f"fetch {len(names)} simulated listeners", total=None)
        fetch_listeners(source, names, progress=lambda _: bars.advance(fetching))
        bars.update(fetching, total=1, completed=1)
        building = bars.add_task("start Spark", total=None)
        warming.join()
        bars.update(building, description="count plays")
        # On the page, old favorites appear first, and the rest once facts about the music are there.
        first = () if once else engine.CANDIDATES
        report = engine.build(keyless, (*engine.PLAYS, *engine.PLAY_COUNTS, *first), listeners=names)
        bars.update(building, description="fetch facts about music", total=CALLS)
        enriched = enrich(
            keyless, only(source), calls=CALLS, progress=lambda at: bars.update(building, completed=at.calls)
        )
        bars.update(building, description="make recommendations", total=None)
        report += enriched.report + engine.build(keyless, engine.CANDIDATES)
    say_written(report)
    store = Store(settings.home / "served")
    say_recommendations(store.listener(names[0]), store.recommendations(names[0], SHOWN))
    if page:
        say(f"\nSegue is at {page.url} (Ctrl-C stops it)")
        threading.Event().wait()
