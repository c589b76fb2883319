"""served.trending: what the household plays more than before, from every listener's recent plays."""

import sqlite3

MOST = 100
PERIODS = ("week", "month")
NAMES = {
    "artists": "'artist_id', artist_id, 'artist_name', artist_name",
    "tracks": "'track_id', track_id, 'track_name', track_name, 'artist_id', artist_id, 'artist_name', artist_name",
}
# (now - before) / sqrt(now + before) is the change of a count in standard deviations of a Poisson count (here squared,
# with its sign): one more play of a rare track means little, and a loved track that is played as much as before is not
# trending.
ROWS = """
    SELECT coalesce(json_group_array(json(row)), '[]') FROM (
      SELECT json_object({names}, 'play_count', now, 'play_count_before', before,
        'listener_count', heard_by) AS row
      FROM (
        SELECT track_id, track_name, artist_id, artist_name, sum({period}) AS now, sum({period}_before) AS before,
          sum({period} > 0) AS heard_by
        FROM {plays} GROUP BY {key}
      )
      WHERE now > 0
      ORDER BY (now - before) * abs(now - before) * 1.0 / (now + before) DESC, heard_by DESC, now DESC, {key}
      LIMIT {most}
    )"""
BY_LISTENER_AND_ARTIST = """(
  SELECT username, artist_id, max(artist_name) AS artist_name, '' AS track_id, '' AS track_name, sum(week) AS week,
    sum(week_before) AS week_before, sum(month) AS month, sum(month_before) AS month_before
  FROM recent_plays GROUP BY username, artist_id)"""


def replace_trending(store: sqlite3.Connection) -> None:
    """Compute it again from `recent_plays`."""
    store.execute("DELETE FROM trending")
    for period in PERIODS:
        for kind, plays in (("artists", BY_LISTENER_AND_ARTIST), ("tracks", "recent_plays")):
            key = f"{kind[:-1]}_id"
            query = ROWS.format(names=NAMES[kind], period=period, plays=plays, key=key, most=MOST)
            store.execute(f"INSERT INTO trending SELECT ?, ({query})", (f"{kind}.{period}",))
