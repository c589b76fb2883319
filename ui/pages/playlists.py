"""The view Playlists: list, open, rename, reorder, export and delete a listener's playlists."""

from collections.abc import Mapping
from html import escape
from typing import Any

from ui import toasts
from ui.cards import listen_links
from ui.icons import icon
from ui.markup import name
from ui.pages.deeds import taken_along
from ui.pages.look import Look
from ui.playlist_edits import moved, removed
from ui.playlists import LONGEST_TITLE, FullPlaylist, ListedTrack, UnknownPlaylist
from ui.view import ago, balanced, counted


def shown(look: Look) -> str:
    """All playlists, or the one in the address. Raises `UnknownListener`."""
    wanted = look.address.asked.get("playlist")
    if wanted is None:
        look.store.listener(look.username)
        return _all(look)
    try:
        return _one(look, look.state.playlists.get(look.username, wanted))
    except UnknownPlaylist:
        back = look.address.link("playlists")
        return (
            '<div class="sg-none"><p>This playlist no longer exists.</p>'
            f'<p>Go back to <a href="{back}" data-go>all playlists</a>.</p></div>'
        )


def done(do: str, told: Mapping[str, Any], look: Look) -> str:
    """Carry out a button of the open playlist; returns a toast.

    Raises `UnknownPlaylist`, `BadPlaylist`.
    """
    kept, username = look.state.playlists, look.username
    wanted = look.address.asked.get("playlist", "")
    if do == "export":
        playlist = kept.get(username, wanted)
        return taken_along(playlist.name, playlist.tracks)
    if do == "rename":
        kept.change(username, wanted, name=balanced(str(told.get("name", "")))[:LONGEST_TITLE])
        return toasts.toast("Renamed")
    if do == "delete":
        gone = kept.get(username, wanted)
        kept.delete(username, wanted)
        return toasts.toast(f"Deleted: {name(gone.name)}")
    position = int(told["at"]) if str(told.get("at")).isdecimal() else -1
    if do == "drop":
        kept.change(username, wanted, edit=removed(position))
    if do in ("up", "down"):
        kept.change(username, wanted, edit=moved(position, position + (1 if do == "down" else -1)))
    return toasts.SILENT


def _all(look: Look) -> str:
    every = look.state.playlists.of(look.username)
    if not every:
        return (
            '<section class="sg-empty"><h2>No playlists yet</h2><p>Tune <a href="'
            f'{look.address.link("next")}" data-go>what you may want to hear next</a> until you like it, then press'
            " <em>Save as playlist</em>. It is kept here to be ordered, renamed and exported to your player.</p>"
            "</section>"
        )
    rows = "".join(
        f'<li><a class="sg-name" href="{look.address.link("playlists", playlist=each.playlist_id)}" data-go>'
        f'{name(each.name)}</a><span class="sg-plays">{counted(each.track_count, "track")}, changed'
        f" {ago(each.changed_at, look.now)}</span></li>"
        for each in every
    )
    kept = f'<ul class="sg-kept">{rows}</ul>'
    return f'<section class="sg-section"><header><h3>Playlists</h3></header>{kept}</section>'


def _one(look: Look, playlist: FullPlaylist) -> str:
    changes = look.may_change
    last = len(playlist.tracks) - 1
    rows = "".join(_track(at, each, last, changes=changes) for at, each in enumerate(playlist.tracks))
    nothing = '<div class="sg-none"><p>This playlist is empty.</p></div>'
    editing = _editing(playlist) if changes else ""
    return (
        f'<p class="sg-back"><a href="{look.address.link("playlists")}" data-go>All playlists</a></p>'
        f'<section class="sg-about"><p class="sg-kind">Playlist</p><h2>{name(playlist.name)}</h2>'
        f'<p class="sg-plays">{counted(len(playlist.tracks), "track")}, changed'
        f" {ago(playlist.changed_at, look.now)}</p>"
        f'<p class="sg-tools"><button type="button" data-do="export">{icon("export")}Export</button></p>'
        f"{editing}</section>" + (f'<ol class="sg-tracks sg-one">{rows}</ol>' if rows else nothing)
    )


def _editing(playlist: FullPlaylist) -> str:
    return (
        '<details class="sg-more"><summary>Rename or delete</summary>'
        '<form data-do="rename" class="sg-line-form"><label class="sg-unseen" for="sg-name">Name</label>'
        '<input class="sg-input" type="text" id="sg-name" name="name"'
        f' maxlength="{LONGEST_TITLE}" required value="{escape(balanced(playlist.name))}">'
        '<button type="submit" class="sg-button">Rename</button></form>'
        f'<button type="button" data-do="delete">{icon("close")}Delete this playlist</button></details>'
    )


def _track(at: int, track: ListedTrack, last: int, *, changes: bool) -> str:
    about = escape(balanced(track.track_name))

    def button(do: str, sign: str, label: str, *, off: bool = False) -> str:
        disabled = " disabled" if off else ""
        return (
            f'<button type="button" class="sg-quiet" data-do="{do}" data-at="{at}"{disabled}'
            f' aria-label="{label}: {about}" title="{label}">{icon(sign)}</button>'
        )

    edits = (
        f'<div class="sg-order">{button("up", "up", "Move up", off=at == 0)}'
        f"{button('down', 'down', 'Move down', off=at == last)}{button('drop', 'close', 'Remove')}</div>"
        if changes
        else ""
    )
    return (
        f'<li class="sg-track"><div><span class="sg-name">{name(track.track_name)}</span>'
        f'<p class="sg-by">{name(track.artist_name)}</p></div>{listen_links(track.artist_name, track.track_name)}'
        f"{edits}</li>"
    )
