"""Which providers to ask about music: Last.fm if there is a key or a server, else those that need no key."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from flows.demo.anchor import ANCHOR_FILE
from flows.demo.listeners import LISTENER_NAMES
from flows.listening_source import LISTENBRAINZ_CALLS_PER_SECOND, listening_source
from flows.providers import Provider, only
from flows.settings import Settings
from flows.sources import bundled, listenbrainz_catalogue, musicbrainz
from flows.sources.bundled import Bundled
from flows.sources.errors import SourceError
from flows.sources.lastfm import LastFm
from flows.sources.listenbrainz_catalogue import ListenBrainzCatalogue
from flows.sources.musicbrainz import MusicBrainz
from flows.sources.pace import Pace
from jobs.questions import BUNDLED, LASTFM, LISTENBRAINZ, METHODS, MUSICBRAINZ

KEYLESS = (LISTENBRAINZ, MUSICBRAINZ, BUNDLED)
NO_KEY = "SEGUE_PROVIDERS includes lastfm, which is not used without a key: set LASTFM_API_KEY or LASTFM_API_URL"


class NobodyToAsk(SourceError):
    """None of the providers that SEGUE_PROVIDERS names can be asked."""


@contextmanager
def catalogue_source(settings: Settings, listeners: Sequence[str] = ()) -> Iterator[tuple[Provider, ...]]:
    """The providers for these listeners or for all, in order of precedence.

    Without a key, only the demo server is asked about the demo listeners' music; it is never asked about that of
    real listeners. Raises `NobodyToAsk`.
    """
    if settings.providers:
        names = _with_a_key(settings, listeners)
    elif not settings.uses_demo_server:
        names = (LASTFM, *KEYLESS)
    elif is_demo(settings, listeners):
        names = (LASTFM,)
    else:
        names = KEYLESS
    if LASTFM not in names:
        yield _named(settings, names)
        return
    with listening_source(settings) as lastfm:
        if len(names) == 1:
            yield only(lastfm)
        else:
            yield _named(settings, names, lastfm)


def is_demo(settings: Settings, listeners: Sequence[str]) -> bool:
    """Whether the listeners are simulated: those named, or, if none is, those of a home in which the demo ran."""
    if listeners:
        return set(listeners) <= set(LISTENER_NAMES)
    return not settings.listeners and (settings.home / ANCHOR_FILE).exists()


def _with_a_key(settings: Settings, listeners: Sequence[str]) -> tuple[str, ...]:
    """The providers in the settings, without Last.fm if that would be the demo server for real listeners."""
    if LASTFM not in settings.providers or not settings.uses_demo_server or is_demo(settings, listeners):
        return settings.providers
    others = tuple(name for name in settings.providers if name != LASTFM)
    if not others:
        raise NobodyToAsk(f"{NO_KEY}, or choose from {', '.join(KEYLESS)}")
    print(f"segue: {NO_KEY}; using only {', '.join(others)}", file=sys.stderr)
    return others


def _named(settings: Settings, names: Sequence[str], lastfm: LastFm | None = None) -> tuple[Provider, ...]:
    """The providers of these names; beside Last.fm the others are spare, unless the settings name them."""
    finder, shipped = _musicbrainz(settings), Bundled(settings.home / "bronze")
    made: Mapping[str, Callable[[], Provider]] = {
        LASTFM: lambda: Provider(LASTFM, _there(lastfm), METHODS, settings.lastfm_calls_per_second or 1.0),
        LISTENBRAINZ: lambda: Provider(
            LISTENBRAINZ,
            _listenbrainz(settings, finder),
            listenbrainz_catalogue.METHODS,
            LISTENBRAINZ_CALLS_PER_SECOND,
            finder=MUSICBRAINZ,
        ),
        MUSICBRAINZ: lambda: Provider(MUSICBRAINZ, finder, musicbrainz.METHODS),
        BUNDLED: lambda: Provider(BUNDLED, shipped, bundled.METHODS, 0.0, knows=shipped.knows),
    }
    spare = lastfm is not None and not settings.providers
    return tuple(replace(made[name](), spare=spare and name != LASTFM) for name in names)


def _there(lastfm: LastFm | None) -> LastFm:
    if lastfm is None:
        raise ValueError("Last.fm is listed as a provider, but has no client")
    return lastfm


def _musicbrainz(settings: Settings) -> MusicBrainz:
    rate = settings.musicbrainz_calls_per_second
    pace = Pace(settings.home / "run" / "pace", MUSICBRAINZ, rate, burst=1)
    return MusicBrainz(url=settings.musicbrainz_api_url, pace=pace, bronze=settings.home / "bronze")


def _listenbrainz(settings: Settings, finder: MusicBrainz) -> ListenBrainzCatalogue:
    token = settings.listenbrainz_token
    return ListenBrainzCatalogue(
        url=settings.listenbrainz_api_url,
        labs_url=settings.listenbrainz_labs_url,
        token=token,
        pace=Pace(settings.home / "run" / "pace", f"listenbrainz {token or ''}", LISTENBRAINZ_CALLS_PER_SECOND),
        bronze=settings.home / "bronze",
        find_mbid=finder.artist_mbid,
    )
