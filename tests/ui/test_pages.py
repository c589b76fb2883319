"""What the page's views are made from: addresses, tuning, reports, gates, files that are dropped."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ui.access import VISITOR
from ui.importing import ImportRefused, Imports
from ui.listening import HourPlayed, in_zone
from ui.pages.address import Address
from ui.pages.look import Visitor
from ui.pages.pipeline import gates
from ui.pages.reports import report
from ui.pages.tuning import Tuned

JUNE = datetime(2026, 6, 1, tzinfo=UTC)


def test_an_address_is_read_back_as_it_was_written() -> None:
    address = Address("a&b=<c>", "explore", {"artist": "ac/dc & co"})

    assert Address.read(address.href()) == address
    assert "<" not in address.link(tag='"><script>')


@pytest.mark.parametrize("search", [None, 7, "?" + "x" * 3000, ""])
def test_an_address_that_is_none_is_the_first_view(search: object) -> None:
    assert Address.read(search) == Address()


def test_hours_are_those_of_the_visitors_clock() -> None:
    visitor = Visitor.calling(VISITOR, {"cookie": "a=b; segue-zone=Asia%2FTokyo"})
    hours = [HourPlayed(6, 20, 5), HourPlayed(0, 3, 2)]

    assert in_zone(hours, visitor.zone, JUNE) == [HourPlayed(0, 5, 5), HourPlayed(0, 12, 2)]
    assert in_zone(hours, ZoneInfo("America/New_York"), JUNE) == [HourPlayed(6, 16, 5), HourPlayed(6, 23, 2)]


@pytest.mark.parametrize("cookie", ["", "segue-zone=", "segue-zone=/etc/passwd", "segue-zone=Mars%2FOlympus", "\0=;;"])
def test_a_zone_that_is_none_is_utc(cookie: str) -> None:
    assert Visitor.calling(VISITOR, {"cookie": cookie}).zone is UTC


def test_tuning_takes_only_what_the_form_offers() -> None:
    told = {"mode": "discover", "adventurousness": "7", "unheard": "on"}
    assert Tuned.read(told) == Tuned("discover", 0.7, unheard=True)
    assert Tuned.read({"mode": "x", "adventurousness": "1e9", "ranked": ""}) == Tuned()
    assert Tuned.read({"adventurousness": "99"}).adventurousness == 1


def test_a_report_is_text_in_headings_tables_and_lists() -> None:
    html = report("# sync-plays\n\n## Read\n\n| who | why |\n| --- | --- |\n| a\\|b | &lt;b> |\n\n- **x**: \\*y\\*\n")

    assert "sync-plays" not in html and "<h4>" in html
    assert '<td><bdi dir="auto">a|b</bdi></td><td><bdi dir="auto">&lt;b&gt;</bdi></td>' in html
    assert "x: *y*" in html


@pytest.mark.parametrize("content", ["", "[]", '{"t": {}}', '{"t": {"checked_at": "x", "rules": []}}', '{"t": 5}'])
def test_gates_that_cannot_be_read_are_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "gates.json").write_text(content)

    assert gates(tmp_path / "gates.json") == gates(tmp_path / "absent.json") == ()


@pytest.mark.parametrize("path", ["/etc/passwd", "", "uploads/../secret.csv", "uploads", "uploads/link.csv"])
def test_no_file_but_one_that_was_dropped_becomes_a_history(tmp_path: Path, path: str) -> None:
    (tmp_path / "uploads").mkdir()
    (tmp_path / "secret.csv").write_text("Low,Lullaby")
    (tmp_path / "uploads" / "link.csv").symlink_to(tmp_path / "secret.csv")
    imports = Imports(tmp_path, tmp_path / "uploads")

    with pytest.raises(ImportRefused, match="did not arrive completely"):
        imports.start(str(tmp_path / path) if path else "", "grace")
    assert not (tmp_path / "logs").exists()
