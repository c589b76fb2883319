"""Charts: what they draw, and that names in them stay text."""

from ui import charts

SCRIPT = "<script>alert(1)</script>"


def test_a_bar_is_as_high_as_its_share_of_a_round_number() -> None:
    html = charts.bars("Plays", [charts.Bar("January: 10 plays", 10), charts.Bar("March: 40 plays", 40)], {0: "Jan"})

    assert 'height="25.00%" rx="2"><title>January: 10 plays</title>' in html
    assert 'height="100.00%" rx="2"><title>March: 40 plays</title>' in html


def test_a_month_without_a_play_has_no_bar_and_one_with_few_can_be_seen() -> None:
    html = charts.bars("Plays", [charts.Bar("none", 0), charts.Bar("one", 1), charts.Bar("many", 9_000)], {})

    assert 'height="0.00%" rx="2"><title>none' in html
    assert 'height="0.60%" rx="2"><title>one' in html


def test_each_hour_of_the_week_has_a_cell_the_busiest_the_strongest() -> None:
    html = charts.week("Plays", {(2, 20): 40, (5, 3): 10})

    assert html.count("<rect") == 7 * 24
    assert '--strength:100%"><title>Wed 20:00, 40 plays' in html
    assert '--strength:50%"><title>Sat 03:00, 10 plays' in html


def test_what_stands_higher_by_recency_rises_and_what_is_missing_has_no_line() -> None:
    placed = [
        charts.Placed("Low", "9 plays", 1, 0),
        charts.Placed(SCRIPT, "40 plays", 0, 1),
        charts.Placed("Gone", "3 plays", 2, None),
    ]

    html = charts.orders("Plays", "Recency", placed, 3)

    assert html.count('<path class="sg-rises"') == 1 and html.count("<path") == 2
    assert "<script" not in html and html.count("Gone") == 1


def test_labels_are_few_and_evenly_apart() -> None:
    assert charts.spread(37) == [0, 9, 18, 27, 36]
    assert charts.spread(7) == [0, 2, 4, 6] == charts.spread(8)
    assert charts.spread(3) == [0, 1, 2]
