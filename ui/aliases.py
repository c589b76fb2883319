"""Ids through the aliases of artists that the served version tells: what lists call an artist or a track now."""

from collections.abc import Mapping

# By the id of an artist's alias, that of the artist whom it stands for.
Aliases = Mapping[str, str]


def artist_now(artist_id: str, aliases: Aliases) -> str:
    """The artist's id in lists."""
    return aliases.get(artist_id, artist_id)


def track_now(track_id: str, aliases: Aliases) -> str:
    """The track's id in lists: `title|artist`. Both may hold the sign; the longest artist that is an alias counts."""
    title, sign, artist = track_id.partition("|")
    while sign and aliases:
        if artist in aliases:
            return f"{title}|{aliases[artist]}"
        further, sign, artist = artist.partition("|")
        title = f"{title}|{further}"
    return track_id
