"""The app's settings from the environment, read once at an entry point into one frozen value."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network

Network = IPv4Network | IPv6Network

LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
REQUESTS_PER_MINUTE = 600


class BadAppSetting(Exception):
    """An environment variable that the app cannot use; the message has its name and what it should be."""


@dataclass(frozen=True)
class AppSettings:
    """The app's settings. Secrets are left out of `repr`, so that they reach no log."""

    database_url: str | None = field(default=None, repr=False)
    """None: `app.sqlite` in the home."""
    api_token: str | None = field(default=None, repr=False)
    """The household's own token; without one, only listeners' tokens can change anything through the API."""
    youtube_api_key: str | None = field(default=None, repr=False)
    youtube_api_url: str | None = None
    """None: YouTube's own."""
    prefect_api_url: str | None = None
    requests_per_minute: int = REQUESTS_PER_MINUTE
    """For each token; 0 is no limit."""
    trusted_networks: tuple[Network, ...] = LOOPBACK
    """Whoever calls from there may read without a token, and use the page as the household."""
    open_reading: bool = False
    """Whether everybody may read without a token, wherever they call from."""


def read_app_settings(environment: Mapping[str, str] = os.environ) -> AppSettings:
    """Read the environment; an empty variable counts as unset. Raises `BadAppSetting`."""
    given = {name: value.strip() for name, value in environment.items() if value.strip()}
    return AppSettings(
        database_url=given.get("SEGUE_DATABASE_URL"),
        api_token=given.get("SEGUE_API_TOKEN"),
        youtube_api_key=given.get("YOUTUBE_API_KEY"),
        youtube_api_url=given.get("YOUTUBE_API_URL"),
        prefect_api_url=given.get("PREFECT_API_URL"),
        requests_per_minute=_count(given, "SEGUE_REQUESTS_PER_MINUTE", REQUESTS_PER_MINUTE),
        trusted_networks=(*LOOPBACK, *_networks(given.get("SEGUE_TRUSTED_NETWORKS", ""))),
        open_reading=_yes(given, "SEGUE_OPEN_READING"),
    )


def _count(given: Mapping[str, str], name: str, default: int) -> int:
    value = given.get(name, str(default))
    if not (value.isascii() and value.isdigit()):
        raise BadAppSetting(f"{name} is {value!r}: set it to a whole number, 0 for no limit")
    return int(value)


def _yes(given: Mapping[str, str], name: str) -> bool:
    value = given.get(name, "false").lower()
    if value not in {"true", "false"}:
        raise BadAppSetting(f"{name} is {value!r}: set it to true or false")
    return value == "true"


def _networks(comma_separated: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(each.strip()) for each in comma_separated.split(",") if each.strip())
    except ValueError as error:
        raise BadAppSetting(
            f"SEGUE_TRUSTED_NETWORKS: {error}; give networks such as 172.16.0.0/12, separated by commas"
        ) from None
