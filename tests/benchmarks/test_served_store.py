"""The store that `make bench-serve` measures is one that the app serves."""

from pathlib import Path

from benchmarks.served_store import listener, write_store
from jobs.strategies import STRATEGIES
from ui.store import Store
from ui.strategies import label, reason_in_words


def test_every_strategy_has_reasons_that_can_be_put_into_words(tmp_path: Path) -> None:
    write_store(tmp_path / "served", listeners=1, candidates=60)

    shown = Store(tmp_path / "served").recommendations(listener(0), limit=60)
    words = {reason.strategy: reason_in_words(reason) for track in shown for reason in track.reasons}

    assert words.keys() == set(STRATEGIES)
    assert [strategy for strategy, said in words.items() if said == label(strategy)] == []
