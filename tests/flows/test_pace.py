"""Calls keep their pace, whoever makes them."""

import subprocess
import sys
import time
from pathlib import Path

from flows.sources.pace import BURST, Pace

TAKE_TEN = """
import sys
from pathlib import Path
from flows.sources.pace import Pace
pace = Pace(Path(sys.argv[1]), "secret-key", 20.0)
for _ in range(10):
    pace.wait()
"""


class Clock:
    def __init__(self, now: float = 1_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def paced(folder: Path, calls_per_second: float, clock: Clock, key: str = "secret-key") -> Pace:
    return Pace(folder, key, calls_per_second, sleep=clock.sleep, clock=clock)


def seconds_for(calls: int, pace: Pace, clock: Clock) -> float:
    started = clock.now
    for _ in range(calls):
        pace.wait()
    return clock.now - started


def test_a_hundred_calls_at_four_a_second_take_twenty_five_seconds(tmp_path: Path) -> None:
    clock = Clock()

    took = seconds_for(100, paced(tmp_path, 4, clock), clock)

    assert 24 <= took <= 25


def test_a_quiet_hour_does_not_allow_an_hours_worth_of_calls_at_once(tmp_path: Path) -> None:
    clock = Clock()
    pace = paced(tmp_path, 1, clock)
    pace.wait()
    clock.now += 3600

    assert seconds_for(10, pace, clock) >= 10 - BURST


def test_keys_have_a_bucket_each(tmp_path: Path) -> None:
    clock = Clock()
    seconds_for(50, paced(tmp_path, 1, clock, key="one"), clock)

    assert seconds_for(1, paced(tmp_path, 1, clock, key="two"), clock) == 0


def test_no_limit_waits_for_nothing_and_leaves_no_file(tmp_path: Path) -> None:
    clock = Clock()

    took = seconds_for(1000, paced(tmp_path / "pace", 0, clock), clock)

    assert took == 0 and not (tmp_path / "pace").exists()


def test_a_clock_that_was_set_back_does_not_stop_the_calls(tmp_path: Path) -> None:
    clock = Clock()
    pace = paced(tmp_path, 1, clock)
    pace.wait()
    clock.now -= 24 * 3600

    assert seconds_for(3, pace, clock) <= 3


def test_a_damaged_file_does_not_stop_the_calls(tmp_path: Path) -> None:
    clock = Clock()
    pace = paced(tmp_path, 1, clock)
    pace.wait()
    next(tmp_path.iterdir()).write_bytes(b"\xff what is this")

    assert seconds_for(2, pace, clock) <= 1


def test_the_key_stands_in_no_name_and_no_repr(tmp_path: Path) -> None:
    clock = Clock()
    pace = paced(tmp_path, 1, clock)
    pace.wait()

    file = next(tmp_path.iterdir())
    assert "secret-key" not in f"{file.name} {file.read_text()} {pace!r}"


def test_two_processes_share_one_bucket(tmp_path: Path) -> None:
    started = time.monotonic()
    take_ten = [sys.executable, "-c", TAKE_TEN, str(tmp_path)]
    processes = [subprocess.Popen(take_ten, cwd=Path(__file__).parents[2]) for _ in range(2)]
    ended = [process.wait() for process in processes]

    # Twenty calls at twenty a second, less the burst that the bucket lets through: alone, each would be done in half.
    assert ended == [0, 0]
    assert time.monotonic() - started >= (20 - BURST) / 20
