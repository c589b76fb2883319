"""An example answer of every reading route, for the OpenAPI document."""

from typing import Any

Example = dict[str, Any]

PUBLISHED = "2026-06-01T12:00:00Z"
FRESHNESS: Example = {"version": "20260601T120000-000", "published_at": PUBLISHED, "stale": None}
HEALTH: Example = {"status": "ok", **FRESHNESS}

TIMES: Example = {"first_played_at": "2023-07-04T10:00:00Z", "last_played_at": "2026-05-30T10:00:00Z"}
LISTENER: Example = {"username": "ada", "play_count": 51204, **TIMES, "as_of": "2026-06-01T00:00:00Z"}
LISTENERS: Example = {"listeners": [LISTENER]}
NAMED: Example = {"artist_id": "massive attack", "artist_name": "Massive Attack"}
TEARDROP: Example = {"track_id": "teardrop|massive attack", "track_name": "Teardrop", **NAMED}
PORTISHEAD: Example = {"artist_id": "portishead", "artist_name": "Portishead"}
ROADS: Example = {"track_id": "roads|portishead", "track_name": "Roads", **PORTISHEAD}
TOP: Example = {**NAMED, "play_count": 310, "recency_score": 40.2, "last_played_at": TIMES["last_played_at"]}
PROFILE: Example = {
    **LISTENER,
    "listening_span_days": 1061.0,
    "half_life_days": 106.1,
    "built_from": "9f3c2a5e71b0d846",
    "artist_count": 912,
    "track_count": 9044,
    "top_artists": [TOP],
    "freshness": FRESHNESS,
}

WEIGHED: Example = {**NAMED, "weight": 0.31, "people": 1}
ALIKE: Example = {
    "username": "ada",
    "joined": True,
    "listeners": [
        {
            "people": 1,
            "similarity": 0.58,
            "common": [WEIGHED],
            "theirs": [{**PORTISHEAD, "weight": 0.8, "people": 1}],
            "username": "miles",
            "own": [],
        }
    ],
    "community": {
        "people": 18,
        "similarity": 0.41,
        "common": [{**WEIGHED, "people": 16}],
        "theirs": [{**PORTISHEAD, "weight": 0.22, "people": 9}],
    },
}

PLAYED: Example = {"place": 1, "play_count": 310, "recency_score": 40.2, **TIMES}
ASKED: Example = {"username": "ada", "period": "year", "order": "plays"}
TOP_ARTISTS: Example = {**ASKED, "artists": [{**NAMED, **PLAYED}]}
TOP_TRACKS: Example = {**ASKED, "tracks": [{**TEARDROP, "album_name": "Mezzanine", **PLAYED}]}
ACTIVITY: Example = {
    "username": "ada",
    "months": [{"month": "2026-04", "play_count": 812}, {"month": "2026-05", "play_count": 640}],
    "hours": [{"weekday": 4, "hour": 22, "play_count": 96}],
}
DECAY: Example = {
    "half_life_days": 106.1,
    "half_gone_days": 73.5,
    "listening_span_days": 1061.0,
    "points": [{"days_ago": 0.0, "contribution": 1.0}, {"days_ago": 106.1, "contribution": 0.367879}],
}

ARTIST: Example = {**NAMED, "listeners": 3400000, "tags": ["trip-hop", "electronic"]}
TRACK: Example = {**TEARDROP, "album_name": "Mezzanine", "listeners": 2100000}
FOUND: Example = {"query": "teardrop", "misspelt": False, "artists": [], "tracks": [TRACK]}
SIMILAR_ARTISTS: Example = {"artist": ARTIST, "similar": [{**PORTISHEAD, "match": 1.0}]}
SIMILAR_TRACKS: Example = {
    "track": TRACK,
    "similar": [{**ROADS, "listeners": 1204000, "match": 1.0, "rank": 1, "likeness": 0.97}],
}
GENRES: Example = {"genres": [{"tag": "trip-hop", "artist_count": 214, "track_count": 1000}]}
GENRE_TRACKS: Example = {"genre": "trip-hop", "tracks": [{**TEARDROP, "rank": 1}]}

RISE: Example = {"play_count": 19, "play_count_before": 4, "listener_count": 3}
TRENDING_ARTISTS: Example = {"period": "week", "artists": [{**NAMED, **RISE}]}
TRENDING_TRACKS: Example = {"period": "week", "tracks": [{**TEARDROP, **RISE}]}
COUNTS: Example = {
    "listeners": 4,
    "plays": 210418,
    "artists": 5120,
    "tracks": 60311,
    "tags": 412,
    "recommendations": 9214,
}
STATS: Example = {"freshness": FRESHNESS, "stats": COUNTS}

REASON: Example = {
    "strategy": "similar_artist",
    "score_normalized": 1.0,
    "facts": {
        "seed_artist_id": "massive attack",
        "seed_artist_name": "Massive Attack",
        "seed_play_count": 412,
        "match": 0.87,
        "further_seeds": 3,
    },
}
RECOMMENDED: Example = {
    **ROADS,
    "album_name": "Dummy",
    "score": 1.0,
    "strategies": ["similar_artist"],
    "reasons": [REASON],
    "listeners": 1204000,
    "tags": ["trip-hop"],
}
RECOMMENDATIONS: Example = {
    "username": "ada",
    "published_at": PUBLISHED,
    "stale": None,
    "strategies": [],
    "count": 1,
    "total": 412,
    "recommendations": [RECOMMENDED],
}
