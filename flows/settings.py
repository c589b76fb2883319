"""The environment, read once at an entry point into one frozen value."""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from jobs.questions import BUNDLED, LASTFM, LISTENBRAINZ, MUSICBRAINZ

LASTFM_API_URL = "https://ws.audioscrobbler.com/2.0/"
LISTENBRAINZ_API_URL = "https://api.listenbrainz.org"
LISTENBRAINZ_LABS_URL = "https://labs.api.listenbrainz.org"
MUSICBRAINZ_API_URL = "https://musicbrainz.org/ws/2"
# What MusicBrainz allows one IP address; a mirror may allow more.
MUSICBRAINZ_CALLS_PER_SECOND = 1.0
ASKED = (LASTFM, LISTENBRAINZ, MUSICBRAINZ, BUNDLED)
DEFAULT_CALLS_PER_SECOND = 4.0
DEFAULT_PORT = 7860
LARGEST_PORT = 65_535


class BadSetting(Exception):
    """An unusable environment variable; the message has its name, its value and what it should be."""


@dataclass(frozen=True)
class Settings:
    """All settings from the environment. Secrets are left out of `repr`, so that they reach no log."""

    home: Path
    listeners: tuple[str, ...]
    lastfm_api_key: str | None = field(repr=False)
    lastfm_api_url: str
    lastfm_calls_per_second: float
    spark_remote: str | None = field(repr=False)
    spark_master: str | None
    port: int
    listenbrainz_token: str | None = field(repr=False, default=None)
    listenbrainz_api_url: str = LISTENBRAINZ_API_URL
    listenbrainz_labs_url: str = LISTENBRAINZ_LABS_URL
    musicbrainz_api_url: str = MUSICBRAINZ_API_URL
    musicbrainz_calls_per_second: float = MUSICBRAINZ_CALLS_PER_SECOND
    providers: tuple[str, ...] = ()
    database_url: str | None = field(default=None, repr=False)

    @property
    def keyless(self) -> "Settings":
        """These settings without any key, for code that calls no source."""
        return replace(self, lastfm_api_key=None, listenbrainz_token=None)

    @property
    def uses_demo_server(self) -> bool:
        """Whether the embedded demo server answers: there is no key, and no other server is set."""
        return self.lastfm_api_key is None and self.lastfm_api_url == LASTFM_API_URL


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read Segue's, Spark's and the services' variables; empty counts as unset. Raises `BadSetting`."""
    given = {name: value.strip() for name, value in environment.items() if value.strip()}
    return Settings(
        home=Path(given.get("SEGUE_HOME", ".segue")).expanduser().absolute(),
        listeners=listener_names(given.get("SEGUE_LISTENERS", "")),
        lastfm_api_key=given.get("LASTFM_API_KEY"),
        lastfm_api_url=given.get("LASTFM_API_URL", LASTFM_API_URL),
        lastfm_calls_per_second=_number(given, "LASTFM_CALLS_PER_SECOND", DEFAULT_CALLS_PER_SECOND),
        spark_remote=given.get("SPARK_REMOTE"),
        spark_master=given.get("SPARK_MASTER"),
        port=port_number("SEGUE_PORT", given.get("SEGUE_PORT", str(DEFAULT_PORT))),
        listenbrainz_token=given.get("LISTENBRAINZ_TOKEN"),
        listenbrainz_api_url=given.get("LISTENBRAINZ_API_URL", LISTENBRAINZ_API_URL),
        listenbrainz_labs_url=given.get("LISTENBRAINZ_LABS_URL", LISTENBRAINZ_LABS_URL),
        musicbrainz_api_url=given.get("MUSICBRAINZ_API_URL", MUSICBRAINZ_API_URL),
        musicbrainz_calls_per_second=_number(given, "MUSICBRAINZ_CALLS_PER_SECOND", MUSICBRAINZ_CALLS_PER_SECOND),
        providers=_providers(given.get("SEGUE_PROVIDERS", "")),
        database_url=given.get("SEGUE_DATABASE_URL"),
    )


def listener_names(comma_separated: str) -> tuple[str, ...]:
    """The names in the order given, lower-cased, each once."""
    names = (name.strip().lower() for name in comma_separated.split(","))
    return tuple(dict.fromkeys(name for name in names if name))


def _providers(comma_separated: str) -> tuple[str, ...]:
    """The providers to ask about music, in order of precedence; () leaves the choice to Segue."""
    named = listener_names(comma_separated)
    if unknown := [name for name in named if name not in ASKED]:
        raise BadSetting(f"SEGUE_PROVIDERS contains {unknown[0]!r}, which is unknown: choose from {', '.join(ASKED)}")
    return tuple(name for name in ASKED if name in named)


def port_number(name: str, given: str) -> int:
    """The port number in a setting's value; 0 means any free port. `name` is for the message. Raises `BadSetting`."""
    written_so = given.isascii() and given.isdecimal() and len(given) <= len(str(LARGEST_PORT))
    if not (written_so and int(given) <= LARGEST_PORT):
        raise BadSetting(f"{name} is {given[:40]!r}: set it to a port number, at most {LARGEST_PORT}")
    return int(given)


def _number(given: Mapping[str, str], name: str, default: float) -> float:
    try:
        number = float(given.get(name, default))
    except ValueError:
        raise BadSetting(f"{name} is {given[name]!r}: set it to a number") from None
    if not (math.isfinite(number) and number >= 0):
        raise BadSetting(f"{name} is {given[name]!r}: set it to 0 or more")
    return number
