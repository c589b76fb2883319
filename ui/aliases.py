"""Resolves ids of artists and tracks through the artists' aliases in the served version."""

from collections.abc import Mapping

# The artist's id for each id of an alias.
Aliases = Mapping[str, str]


def artist_now(artist_id: str, aliases: Aliases) -> str:
    """The artist's id as lists have it."""
    return aliases.get(artist_id, artist_id)


def track_now(track_id: str, aliases: Aliases) -> str:
    """The track's id in lists: `title|artist`. Both may contain `|`; the longest artist that is an alias counts."""
    title, sign, artist = track_id.partition("|")
    while sign and aliases:
        if artist in aliases:
            return f"{title}|{aliases[artist]}"
        further, sign, artist = artist.partition("|")
        title = f"{title}|{further}"
    return track_id
