"""Generated histories: as many plays as were asked for, the same for the same seed, whatever else is generated."""

import csv
import gzip
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from flows.demo.catalogue import DEMO_CATALOGUE, Catalogue, read_catalogue
from flows.demo.generate import UnlikelyHistories, eager, generated_listener, history, shares, write_histories

UNTIL = date(2026, 1, 1)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read_catalogue(DEMO_CATALOGUE)


def written(catalogue: Catalogue, folder: Path, *, seed: int = 1) -> dict[str, bytes]:
    paths = write_histories(folder, catalogue, listeners=3, plays=900, until=UNTIL, seed=seed)
    return {path.name: path.read_bytes() for path in paths}


def test_every_listener_has_a_file_and_all_together_have_the_plays_that_were_asked_for(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    files = written(catalogue, tmp_path)
    rows = [row for file in files.values() for row in csv.DictReader(gzip.decompress(file).decode().splitlines())]

    assert list(files) == ["listener-1.csv.gz", "listener-2.csv.gz", "listener-3.csv.gz"]
    assert len(rows) == 900 and set(rows[0]) == {"artist", "album", "track", "uts"}
    assert sorted(path.name for path in tmp_path.iterdir()) == list(files)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(catalogue: Catalogue, tmp_path: Path) -> None:
    first, again, other = (written(catalogue, tmp_path / str(place), seed=seed) for place, seed in enumerate((1, 1, 2)))

    assert first == again
    assert all(first[name] != other[name] for name in first)


def test_a_longer_history_ends_with_the_shorter_one_and_both_with_the_day_before(catalogue: Catalogue) -> None:
    listener = generated_listener(0)
    short, long = (history(catalogue, listener, count, until=UNTIL, seed=1) for count in (50, 500))

    assert long[-50:] == short
    assert all(one.uts < after.uts for one, after in pairwise(long))
    assert long[-1].uts < datetime(2026, 1, 1, tzinfo=UTC).timestamp() < long[-1].uts + 30 * 86_400


def test_listeners_are_unequal_and_none_is_silent() -> None:
    found = sorted(shares(100, 100_000, seed=5))

    assert sum(found) == 100_000 and found[0] >= 1
    assert found[-10] > 2 * found[50] > 4 * found[5]
    assert shares(5, 5, seed=5) == [1] * 5


def test_who_has_more_plays_than_habits_give_listens_more_often(catalogue: Catalogue) -> None:
    habit = generated_listener(1)

    assert eager(habit, 10_000) == habit
    with pytest.raises(UnlikelyHistories):
        history(catalogue, habit, 100_000, until=UNTIL, seed=5)
    assert len(history(catalogue, eager(habit, 100_000), 100_000, until=UNTIL, seed=5)) == 100_000


def test_more_than_twenty_years_of_listening_are_refused(catalogue: Catalogue) -> None:
    with pytest.raises(UnlikelyHistories, match="generate more listeners"):
        history(catalogue, generated_listener(4), 10**9, until=UNTIL, seed=1)
