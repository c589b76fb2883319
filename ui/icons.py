"""The page's icons as inline SVG in the color of the surrounding text."""

DRAWN = {
    "next": '<path d="M4 5h10M4 10h7M4 15h5"/><path d="M14 10.5v6.2l4.6-3.1z" fill="currentColor"/>',
    "listening": '<path d="M3.5 16.5v-5M8 16.5v-11M12.5 16.5v-7M17 16.5v-13"/>',
    "explore": '<circle cx="9" cy="9" r="5.4"/><path d="m13 13 4.5 4.5"/>',
    "playlists": '<path d="M3 5h11M3 9.5h11M3 14h5.5"/><path d="M13.5 12.5v5M11 15h5"/>',
    "pipeline": '<circle cx="4" cy="10" r="1.8"/><circle cx="16" cy="4.5" r="1.8"/><circle cx="16" cy="15.5" r="1.8"/>'
    '<path d="M5.8 10h3.4c2.4 0 1.6-5.5 5-5.5M9.2 10c2.4 0 1.6 5.5 5 5.5"/>',
    "add": '<circle cx="10" cy="6.8" r="3.2"/>'
    '<path d="M3.8 17c.6-3.5 3-5.2 6.2-5.2 1.2 0 2.3.2 3.2.7M15.5 13v5M13 15.5h5"/>',
    "like": '<path d="M10 16.5S3.5 12.8 3.5 8.3A3.5 3.5 0 0 1 10 6.6a3.5 3.5 0 0 1 6.5 1.7c0 4.5-6.5 8.2-6.5 8.2z"/>',
    "not_now": '<circle cx="10" cy="10" r="6.5"/><path d="M10 6.5V10l2.5 1.8"/>',
    "never": '<circle cx="10" cy="10" r="6.5"/><path d="m5.6 5.6 8.8 8.8"/>',
    "keep": '<path d="M3.5 5.5h9M3.5 10h9M3.5 14.5h4.5M14.5 11.5v6M11.5 14.5h6"/>',
    "export": '<path d="M10 3.5v9M6.5 9.2 10 12.7l3.5-3.5M4 16.5h12"/>',
    "up": '<path d="m5.5 11.8 4.5-4.5 4.5 4.5"/>',
    "down": '<path d="m5.5 8.2 4.5 4.5 4.5-4.5"/>',
    "close": '<path d="m5.5 5.5 9 9M14.5 5.5l-9 9"/>',
}


def icon(sign: str) -> str:
    """The icon, hidden from screen readers: its meaning is in the text beside it or in its button's label."""
    return (
        '<svg class="sg-icon" viewBox="0 0 20 20" width="20" height="20" fill="none" stroke="currentColor"'
        f' stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{DRAWN[sign]}</svg>'
    )
