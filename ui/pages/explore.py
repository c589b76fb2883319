"""The view Explore: search, similar artists and tracks, tags, and what the household plays more than before."""

from collections.abc import Collection, Iterable

from ui.cards import verdict_buttons
from ui.catalogue import Artist, SimilarArtist, TrendingPeriod, UnknownMusic
from ui.markup import name, sentence
from ui.pages.address import Address
from ui.pages.for_you import told
from ui.pages.look import Look
from ui.pages.tracks import track_line
from ui.view import compact, counted

SHOWN = 20
TAGS_SHOWN = 40
NO_MUSIC = "No facts about music yet: run `segue enrich` to see similar music and tags here."
NO_TREND = "Nothing is played here more than in the period before."


def shown(look: Look) -> str:
    """The view for the address's words, artist, track or tag; else what is trending, and the tags."""
    asked = look.address.asked
    liked = told(look)[1]
    try:
        if asked.get("artist"):
            found = _artist(look, asked["artist"], liked)
        elif asked.get("track"):
            found = _track(look, asked["track"], liked)
        elif asked.get("tag"):
            found = _tag(look, asked["tag"], liked)
        elif asked.get("words", "").strip():
            found = _search(look, asked["words"], liked)
        else:
            found = _trending(look, liked) + _tags(look)
    except UnknownMusic as unknown:
        found = (
            f'<div class="sg-none"><p>Nothing is known about the {unknown.kind} {name(unknown.identity)}.</p>'
            "<p>Search for it above, perhaps with another spelling.</p></div>"
        )
    return _form(asked.get("words", "")) + found


def _form(words: str) -> str:
    value = name(words).removeprefix('<bdi dir="auto">').removesuffix("</bdi>") if words else ""
    return (
        '<form class="sg-search" data-do="search" role="search"><label class="sg-unseen" for="sg-words">Search artists'
        ' and tracks</label><input class="sg-input" type="search" id="sg-words" name="words" autocomplete="off"'
        f' placeholder="Search artists and tracks" maxlength="200" value="{value}"></form>'
    )


def _search(look: Look, words: str, liked: Collection[str] | None) -> str:
    found = look.store.search(words, SHOWN)
    if not found.artists and not found.tracks:
        return (
            f'<div class="sg-none"><p>No results for {name(words)}.</p><p>Segue knows what its listeners have'
            " played, and similar music.</p></div>"
        )
    meant = '<p class="sg-note">No exact match: did you mean one of these?</p>' if found.misspelt else ""
    tracks = "".join(
        track_line(
            look.address,
            each,
            liked=liked,
            told=_heard_by(each.listeners),
        )
        for each in found.tracks
    )
    artists = "".join(_artist_line(look.address, each) for each in found.artists)
    return (
        meant
        + _section("Artists", f'<ul class="sg-near">{artists}</ul>' if artists else "")
        + _listed("Tracks", tracks)
    )


def _artist(look: Look, artist_id: str, liked: Collection[str] | None) -> str:
    artist = look.store.artist(artist_id)
    said = (
        "" if liked is None else verdict_buttons("artist", artist.artist_id, artist.artist_name, _liked_artists(look))
    )
    near = look.store.similar_artists(artist_id)
    lines = "".join(_near_line(look.address, each) for each in near)
    nothing = f'<p class="sg-note">{sentence(NO_MUSIC)}</p>'
    return (
        f'<section class="sg-about"><p class="sg-kind">Artist</p><h2>{name(artist.artist_name)}</h2>'
        f'<p class="sg-plays">{_heard_by(artist.listeners)}</p>{_tag_links(look.address, artist.tags)}{said}</section>'
        + _section("Similar artists", f'<ol class="sg-near">{lines}</ol>' if lines else nothing)
        + _own_tracks(look, artist, liked)
    )


def _own_tracks(look: Look, artist: Artist, liked: Collection[str] | None) -> str:
    found = look.store.search(artist.artist_name, SHOWN).tracks
    lines = (
        track_line(
            look.address,
            each,
            liked=liked,
            told=_heard_by(each.listeners),
        )
        for each in found
        if each.artist_id == artist.artist_id
    )
    return _listed("Their tracks", "".join(lines))


def _track(look: Look, track_id: str, liked: Collection[str] | None) -> str:
    track = look.store.track(track_id)
    said = "" if liked is None else verdict_buttons("track", track.track_id, track.track_name, liked)
    artist = look.address.link("explore", artist=track.artist_id)
    near = (
        track_line(
            look.address,
            each,
            liked=liked,
            told=_heard_by(each.listeners),
        )
        for each in look.store.similar_tracks(track_id)[:SHOWN]
    )
    nothing = f'<p class="sg-note">{sentence(NO_MUSIC)}</p>'
    return (
        f'<section class="sg-about"><p class="sg-kind">Track</p><h2>{name(track.track_name)}</h2>'
        f'<p><a href="{artist}" data-go>{name(track.artist_name)}</a></p>'
        f'<p class="sg-plays">{_heard_by(track.listeners)}</p>{said}</section>'
    ) + (_listed("Similar tracks", "".join(near)) or nothing)


def _tag(look: Look, tag: str, liked: Collection[str] | None) -> str:
    lines = (
        track_line(
            look.address,
            each,
            liked=liked,
            told=f"no. {each.rank:,}",
        )
        for each in look.store.tag_tracks(tag)[: 2 * SHOWN]
    )
    title = f'<section class="sg-about"><p class="sg-kind">Tag</p><h2>{name(tag)}</h2></section>'
    return title + _listed("Its tracks", "".join(lines))


def _trending(look: Look, liked: Collection[str] | None) -> str:
    period: TrendingPeriod = "month" if look.address.asked.get("period") == "month" else "week"
    links = "".join(
        f'<a href="{look.address.link(period=each)}" data-go="stay"{" aria-current=true" if each == period else ""}>'
        f"{said}</a>"
        for each, said in (("week", "7 days"), ("month", "30 days"))
    )
    lines = (
        track_line(
            look.address,
            each,
            liked=liked,
            told=f"{counted(each.play_count, 'play')}, {each.play_count_before:,} before",
        )
        for each in look.store.trending_tracks(period)[:SHOWN]
    )
    periods = f'<nav class="sg-segments" aria-label="Period">{links}</nav>'
    nothing = f'<p class="sg-note">{NO_TREND}</p>'
    return _listed("Trending here", "".join(lines) or nothing, periods)


def _tags(look: Look) -> str:
    tags = look.store.tags(TAGS_SHOWN)
    links = _tag_links(look.address, [each.tag for each in tags])
    return _section("Tags", links or f'<p class="sg-note">{sentence(NO_MUSIC)}</p>')


def _tag_links(address: Address, tags: Iterable[str]) -> str:
    links = "".join(
        f'<li><a class="sg-button" href="{address.link("explore", tag=tag)}" data-go>{name(tag)}</a></li>'
        for tag in tags
    )
    return f'<ul class="sg-cloud" aria-label="Tags">{links}</ul>' if links else ""


def _artist_line(address: Address, artist: Artist) -> str:
    href = address.link("explore", artist=artist.artist_id)
    told = ", ".join(filter(None, [_heard_by(artist.listeners)]))
    return f'<li><a href="{href}" data-go>{name(artist.artist_name)}</a><span class="sg-plays">{told}</span></li>'


def _near_line(address: Address, near: SimilarArtist) -> str:
    href = address.link("explore", artist=near.artist_id)
    return (
        f'<li style="--share:{100 * near.match:.0f}%"><a href="{href}" data-go>{name(near.artist_name)}</a>'
        f'<span class="sg-match" role="img" aria-label="match {100 * near.match:.0f} %"></span></li>'
    )


def _heard_by(listeners: int | None) -> str:
    return f"heard by {compact(listeners)}" if listeners else ""


def _liked_artists(look: Look) -> Collection[str]:
    return told(look)[0].liked_artists


def _section(title: str, body: str, beside: str = "") -> str:
    if not body:
        return ""
    return f'<section class="sg-section"><header><h3>{title}</h3>{beside}</header>{body}</section>'


def _listed(title: str, lines: str, beside: str = "") -> str:
    listed = f'<ol class="sg-tracks">{lines}</ol>' if lines.startswith("<li") else lines
    return _section(title, listed, beside)
