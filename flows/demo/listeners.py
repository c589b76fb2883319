"""The simulated listeners: who they are, when they listen, and what they like."""

from dataclasses import dataclass

HISTORY_DAYS = 3 * 365 + 1

Week = tuple[float, float, float, float, float, float, float]


@dataclass(frozen=True)
class Listener:
    """One listener's habits. Hours are UTC; `begins` and `ends` count days before the anchor date."""

    name: str
    realname: str
    country: str
    tags: tuple[str, ...]
    day_starts: int
    """The hour in the middle of their night, before which every session has ended."""
    hours: tuple[int, ...]
    """When sessions start; an hour that stands twice is twice as likely."""
    week: Week
    """Sessions a day, Monday to Sunday."""
    session_tracks: int
    phase_days: int
    """How long a set of favourites lasts before the next one takes over."""
    favourites: int
    """How many artists a phase brings."""
    songs_each: int
    begins: int = HISTORY_DAYS
    ends: int | None = None
    loyal_to: int = 3
    album_share: float = 0.3
    explore_share: float = 0.1
    mainstream: float = 0.5
    """The exponent on an artist's listeners: 0 is deaf to popularity, 1 follows the crowd."""
    circle: str = ""
    """Listeners of one circle find half of their favourites together."""
    now_playing: bool = False
    private: bool = False


VETERAN = Listener(
    name="vinyl_marten",
    realname="Marten",
    country="Netherlands",
    tags=("classic rock", "progressive rock", "alternative rock", "blues", "psychedelic"),
    day_starts=4,
    hours=(7, 8, 9, 10, 12, 13, 15, 17, 18, 19, 20, 20, 21, 21, 22),
    week=(1.2, 1.2, 1.2, 1.2, 1.4, 1.7, 1.6),
    session_tracks=11,
    phase_days=40,
    favourites=9,
    songs_each=8,
    loyal_to=6,
    album_share=0.4,
    now_playing=True,
)

NEWCOMER = Listener(
    name="pixelfern",
    realname="",
    country="Canada",
    tags=("pop", "dance", "rnb"),
    day_starts=8,
    hours=(12, 15, 16, 21, 22, 23, 0, 1, 2),
    week=(1.5, 1.5, 1.5, 1.5, 2.0, 2.0, 1.5),
    session_tracks=11,
    phase_days=9,
    favourites=5,
    songs_each=4,
    begins=21,
    explore_share=0.25,
    mainstream=0.9,
)

SILENT = Listener(
    name="quiet_harbour",
    realname="Ingrid",
    country="Norway",
    tags=("folk", "singer-songwriter", "acoustic"),
    day_starts=3,
    hours=(6, 7, 16, 18, 19, 20, 20, 21),
    week=(0.5, 0.5, 0.5, 0.5, 0.5, 0.7, 0.9),
    session_tracks=9,
    phase_days=50,
    favourites=4,
    songs_each=5,
    ends=305,
)

INDIE_FRIEND = Listener(
    name="juno_and_rye",
    realname="Juno",
    country="United Kingdom",
    tags=("indie", "indie rock", "indie pop"),
    day_starts=3,
    hours=(7, 8, 12, 17, 18, 19, 20, 21, 22),
    week=(0.7, 0.7, 0.7, 0.7, 0.8, 0.7, 0.6),
    session_tracks=9,
    phase_days=45,
    favourites=6,
    songs_each=5,
    circle="basement shows",
    now_playing=True,
)

OTHER_INDIE_FRIEND = Listener(
    name="moss_radio",
    realname="Callum",
    country="United Kingdom",
    tags=("indie", "indie rock", "shoegaze"),
    day_starts=4,
    hours=(9, 10, 13, 14, 19, 20, 21, 22, 23),
    week=(0.5, 0.5, 0.6, 0.6, 0.8, 0.9, 0.8),
    session_tracks=10,
    phase_days=45,
    favourites=6,
    songs_each=5,
    circle="basement shows",
)

REPEATER = Listener(
    name="sameoldsongs",
    realname="Dolores",
    country="Spain",
    tags=("80s", "new wave", "synthpop"),
    day_starts=3,
    hours=(6, 6, 7, 7, 17, 17, 18),
    week=(0.8, 0.8, 0.8, 0.8, 0.8, 0.3, 0.3),
    session_tracks=10,
    phase_days=75,
    favourites=2,
    songs_each=12,
    loyal_to=1,
    album_share=0.9,
    explore_share=0.0,
    mainstream=0.7,
)

WEEKENDER = Listener(
    name="saturday_kit",
    realname="Kit",
    country="United States",
    tags=("hip-hop", "rap", "soul", "funk"),
    day_starts=9,
    hours=(15, 16, 18, 20, 22, 23, 0, 1, 2, 3),
    week=(0.0, 0.0, 0.0, 0.0, 0.2, 1.6, 1.1),
    session_tracks=12,
    phase_days=60,
    favourites=5,
    songs_each=5,
)

NIGHT_SHIFT = Listener(
    name="nightbus_nell",
    realname="Nell",
    country="Ireland",
    tags=("ambient", "electronica", "trip-hop", "post-rock", "experimental"),
    day_starts=14,
    hours=(20, 21, 22, 23, 23, 0, 0, 1, 1, 2, 3, 4, 5),
    week=(1.3, 1.3, 0.2, 0.2, 1.3, 1.3, 1.3),
    session_tracks=9,
    phase_days=30,
    favourites=5,
    songs_each=4,
    explore_share=0.45,
    mainstream=0.1,
)

PRIVATE = Listener(
    name="private-listener",
    realname="",
    country="None",
    tags=("metal", "hard rock"),
    day_starts=3,
    hours=(18, 19, 20),
    week=(0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2),
    session_tracks=8,
    phase_days=60,
    favourites=3,
    songs_each=4,
    private=True,
)

LISTENERS = (VETERAN, NEWCOMER, SILENT, INDIE_FRIEND, OTHER_INDIE_FRIEND, REPEATER, WEEKENDER, NIGHT_SHIFT)
"""Everyone whose plays can be read."""

REGISTERED = {listener.name: listener for listener in (*LISTENERS, PRIVATE)}
LISTENER_NAMES = tuple(listener.name for listener in LISTENERS)
