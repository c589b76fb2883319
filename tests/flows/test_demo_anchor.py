"""A home's demo keeps the date on which it began."""

from datetime import date
from pathlib import Path

import pytest

from flows.demo.anchor import ANCHOR_FILE, BadAnchor, anchor_of

FIRST, LATER = date(2025, 11, 21), date(2026, 2, 1)


def test_a_new_home_is_anchored_today_and_stays_so(tmp_path: Path) -> None:
    home = tmp_path / "new"

    assert anchor_of(home, FIRST) == FIRST
    assert anchor_of(home, LATER) == FIRST


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"anchor": "yesterday"}', '{"anchor": 3}'])
def test_a_file_that_holds_no_date_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / ANCHOR_FILE).write_text(content)

    with pytest.raises(BadAnchor, match=ANCHOR_FILE):
        anchor_of(tmp_path, LATER)
