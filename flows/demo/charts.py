"""Lookups in a catalogue: artists by name, an artist's most played tracks, a tag's most typical tracks."""

from collections import defaultdict
from functools import cached_property

from flows.demo.catalogue import Album, Artist, Catalogue, Song
from flows.demo.names import Names


class Discography:
    """One artist's songs and albums, most played first."""

    def __init__(self, artist: Artist) -> None:
        self.artist = artist

    @cached_property
    def songs(self) -> tuple[Song, ...]:
        """Each track once, from the album on which it is played most; equal counts by name."""
        ranked = sorted(self.artist.songs, key=lambda song: (-song.track.playcount, song.track.name))
        once: dict[str, Song] = {}
        for song in ranked:
            once.setdefault(song.track.name, song)
        return tuple(once.values())

    @cached_property
    def albums(self) -> tuple[Album, ...]:
        """The albums by the plays of all their tracks; equal sums by name."""
        return tuple(sorted(self.artist.albums, key=lambda album: (-album.playcount, album.name)))

    @cached_property
    def song_names(self) -> Names[Song]:
        return Names(self.songs, lambda song: song.track.name)

    @cached_property
    def album_names(self) -> Names[Album]:
        return Names(self.albums, lambda album: album.name)


class Charts:
    """All lookups in one catalogue. Each list is made when it is first asked for, and cached."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._artists = sorted(catalogue.artists, key=lambda artist: (-artist.listeners, artist.name))
        self._discographies: dict[str, Discography] = {}
        self._tag_songs: dict[str, tuple[Song, ...]] = {}

    @cached_property
    def artist_names(self) -> Names[Artist]:
        """The artists by name; of those whose names differ little, the one with more listeners is found."""
        return Names(self._artists, lambda artist: artist.name)

    @cached_property
    def artist_mbids(self) -> dict[str, Artist]:
        return {artist.mbid: artist for artist in reversed(self._artists) if artist.mbid}

    def of(self, artist: Artist) -> Discography:
        if artist.name not in self._discographies:
            self._discographies[artist.name] = Discography(artist)
        return self._discographies[artist.name]

    @cached_property
    def tagged(self) -> dict[str, list[tuple[int, Artist]]]:
        """The artists with each tag, by its lower-case name, with the tag's count."""
        carriers: dict[str, list[tuple[int, Artist]]] = defaultdict(list)
        for artist in self._artists:
            for tag in artist.tags:
                carriers[tag.name.lower()].append((tag.count, artist))
        return dict(carriers)

    def tag_songs(self, tag: str) -> tuple[Song, ...]:
        """The songs of artists with the tag, by its count times the song's listeners; equal ones by name."""
        name = tag.lower()
        if name not in self.tagged:
            return ()
        if name not in self._tag_songs:
            weighed = (
                (-count * song.track.listeners, song.track.name, artist.name, song)
                for count, artist in self.tagged[name]
                for song in self.of(artist).songs
            )
            self._tag_songs[name] = tuple(row[3] for row in sorted(weighed, key=lambda row: row[:3]))
        return self._tag_songs[name]
