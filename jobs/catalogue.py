"""Turns landed answers into the catalogue: each is consumed once, every row is accounted for, late facts are merged."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from functools import reduce
from pathlib import Path

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs import questions
from jobs.audit import COMMITS_AT_ONCE, Gate
from jobs.bronze import lastfm_catalogue, listenbrainz_catalogue, musicbrainz_catalogue, pages
from jobs.co_listening import give_way, learn
from jobs.facts import typed
from jobs.lake import Lake, Table
from jobs.report import GateResult, Report, Written
from jobs.session import at_hand, fit
from jobs.silver import (
    album_tracks,
    artist_top_albums,
    artist_top_tracks,
    artists,
    catalogue_log,
    quarantine,
    similar_artists,
    tag_top_tracks,
    tracks,
)
from jobs.told import merging

# The reader for each provider's answers. The bundled catalogue has Last.fm's format.
READERS = {
    questions.LASTFM: lastfm_catalogue.raw_facts,
    questions.LISTENBRAINZ: listenbrainz_catalogue.raw_facts,
    questions.MUSICBRAINZ: musicbrainz_catalogue.raw_facts,
    questions.BUNDLED: lastfm_catalogue.raw_facts,
}
# The tables that are built from the answers of a single method.
LISTS = {
    questions.SIMILAR_ARTISTS: similar_artists,
    questions.TOP_TRACKS: artist_top_tracks,
    questions.TAG_TRACKS: tag_top_tracks,
}


def consume_catalogue(lake: Lake, bronze: Path, gate: Gate, *, now: datetime) -> Report:
    """Bring the answers that were not consumed yet into the catalogue's tables.

    An answer counts as consumed when it is in the log, which is written last. Merging a fact twice changes nothing, so
    a run that was killed is simply repeated.
    """
    pending = pending_answers(lake, bronze)
    if not pending:
        return learn(lake, gate, now=now)
    fit(lake.spark, pages.facts_in(pending))
    facts = at_hand(typed(_raw_facts(lake, pending)))
    account = at_hand(catalogue_log.build(facts, ingested_at=now))
    with Telling(lake, gate) as telling:
        _tell(lake, facts, account, telling)
        report = telling.finished()
    give_way(lake)
    lake.insert_new(catalogue_log.TABLE, account)
    return report + learn(lake, gate, now=now)


def pending_answers(lake: Lake, bronze: Path) -> list[Path]:
    """The landed answers that are not in the log, ordered by id."""
    landed: dict[str, Path] = {}
    for source in READERS:
        landed |= pages.landed_answers(bronze, source, questions.METHODS)
    if not landed:
        return []
    return [landed[batch] for batch in sorted(landed.keys() - pages.consumed(lake, catalogue_log.TABLE))]


def _raw_facts(lake: Lake, pending: Sequence[Path]) -> DataFrame:
    """The rows of the answers, each read in its provider's format."""
    by_source: dict[str, list[Path]] = {}
    for path in pending:
        by_source.setdefault(path.parents[2].name, []).append(path)
    read = [READERS[source](pages.read(lake.spark, paths)) for source, paths in sorted(by_source.items())]
    # Each plan is long: analysing all providers' plans again at every later step would take longer than the work.
    return reduce(DataFrame.unionByName, read if len(read) == 1 else map(at_hand, read))


class Telling:
    """Merges facts into tables: each table is built and audited while those before it are committed.

    Tables that passed their gate are committed even if a later gate closes: merging the same facts again is harmless.
    """

    def __init__(self, lake: Lake, gate: Gate) -> None:
        self._lake, self._gate = lake, gate
        self._beside = ThreadPoolExecutor(COMMITS_AT_ONCE)
        self._commits: list[Future[None]] = []
        self._written: list[Written] = []
        self._results: list[GateResult] = []

    def __enter__(self) -> "Telling":
        return self

    def __exit__(self, *raised: object) -> None:
        self._beside.shutdown(wait=True)

    def refuse(self, rows: DataFrame) -> None:
        """Start to write the refused rows to quarantine."""
        self._commits.append(self._beside.submit(self._lake.insert_new, quarantine.TABLE, rows))

    def tell(self, table: Table, rows: DataFrame) -> DataFrame:
        """Audit the rows and start to commit them. Returns the computed rows for tables that are built from them."""
        told = at_hand(rows)
        if count := told.count():
            self._results += self._gate(told, table, count=count)
            self._commits.append(self._beside.submit(self._lake.upsert, table, told, merging(table)))
            self._written.append(Written(table.name, 0, count))
        return told

    def finished(self) -> Report:
        """Wait until all is committed; return what was written."""
        for commit in self._commits:
            commit.result()
        return Report(written=tuple(self._written), gates=tuple(self._results))


def _tell(lake: Lake, facts: DataFrame, account: DataFrame, telling: Telling) -> None:
    by_method = account.groupBy("method").agg(F.sum("kept").alias("kept"), F.sum("quarantined").alias("quarantined"))
    counts = by_method.collect()
    if any(row.quarantined for row in counts):
        telling.refuse(quarantine.build(facts))
    listing = {row.method for row in counts if row.kept}
    for method in sorted(listing & LISTS.keys()):
        telling.tell(LISTS[method].TABLE, LISTS[method].build(facts))
    albums_before, on_albums_before = lake.read(artist_top_albums.TABLE), lake.read(album_tracks.TABLE)
    albums, on_albums = albums_before.where("false"), on_albums_before.where("false")
    if questions.TOP_ALBUMS in listing:
        albums = telling.tell(artist_top_albums.TABLE, artist_top_albums.build(facts))
    if listing & {questions.TOP_ALBUMS, questions.ALBUM_INFO}:
        rows = album_tracks.build(facts, albums, albums_before, on_albums_before)
        on_albums = telling.tell(album_tracks.TABLE, rows)
    telling.tell(artists.TABLE, artists.build(facts))
    telling.tell(tracks.TABLE, tracks.build(facts, on_albums, on_albums_before))
