"""Reports as CSV and as charts: readable by a spreadsheet and a screen reader, and the same bytes for the same report."""

import csv
from io import StringIO
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.cli.errors import BadInputError
from deploy.cli.report import as_csv, begin_of, end_of
from deploy.cli.report_chart import BARS_AT_MOST, Bar, Chart, drawn, svg_of
from services.casework.learning.reports import REPORTS, About

SVG = "{http://www.w3.org/2000/svg}"
ROWS: dict[About, list[dict[str, Any]]] = {
    About.SATISFACTION: [
        {"group": "refunds", "resolved": 9, "answered": 4, "solved": 0.5, "attitude": 3.5}
        | {f"attitude_{one}": one for one in (1, 2, 3, 4, 5)}
    ],
    About.REPEATS: [{"group": None, "complaints": 1200, "repeats": 30, "share": 0.025}],
    About.ROOT_CAUSES: [{"group": None, "root_cause": "app.refund.delayed", "complaints": 7, "share": 1.0}],
    About.REMEDIES: [{"group": None, "kind": "refund", "currency": "CNY", "state": "done", "remedies": 3, "amount": 15_000}],
    About.STAGES: [{"group": None, "stage": "routed to taken", "complaints": 5, "median_hours": 2.5, "p90_hours": 31.0}],
    About.APPEALS: [
        {"group": None, "resolved": 9, "appealed": 3, "share": 0.3333, "open": 1, "late": 0, "uphold": 1, "change": 0, "overturn": 1}
    ],
}


def a_report(about: About, rows: list[dict[str, Any]] | None = None, **changes: Any) -> dict[str, Any]:
    found = {"about": about, "by": None, "from": None, "to": None, "complaints": 1234, "columns": REPORTS[about].columns}
    return found | {"rows": ROWS[about] if rows is None else rows} | changes


def read(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - our own


def words(svg: str) -> str:
    return " ".join(read(svg).itertext())


@pytest.mark.parametrize("about", About)
def test_a_chart_is_an_image_with_a_title_and_every_figure_in_words(about: About):
    svg = read(drawn(a_report(about)))

    title, desc = svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")
    assert title is not None
    assert desc is not None
    assert (svg.get("role"), svg.get("aria-labelledby")) == ("img", f"{title.get('id')} {desc.get('id')}")
    assert title.text
    assert "1,234 complaints" in (desc.text or "")


@pytest.mark.parametrize(
    ("about", "said"),
    [
        (About.SATISFACTION, "refunds · 5 of 5: 5"),
        (About.REPEATS, "all: all 1,200, repeats 30"),
        (About.ROOT_CAUSES, "app.refund.delayed: 7"),
        (About.REMEDIES, "refund · CNY · done: 3"),
        (About.STAGES, "routed to taken: median 2.5, 90 of 100 31"),
        (About.APPEALS, "all: appealed 3, uphold 1, change 0, overturn 1"),
    ],
)
def test_what_the_bars_show_is_said(about: About, said: str):
    assert said in words(drawn(a_report(about)))


@pytest.mark.parametrize("about", About)
def test_the_same_report_gives_the_same_bytes_and_needs_nothing_else(about: About):
    svg = drawn(a_report(about))

    assert svg == drawn(a_report(about))
    assert [one.tag for one in read(svg).iter() if one.tag in {f"{SVG}script", f"{SVG}image", f"{SVG}style", f"{SVG}use"}] == []
    assert "href" not in svg


def test_the_span_is_told():
    november: dict[str, Any] = {"from": "2026-11-01T00:00:00+00:00", "to": "2026-12-01T00:00:00+00:00"}
    svg = drawn(a_report(About.REPEATS, **november))

    assert "registered from 2026-11-01T00:00 before 2026-12-01T00:00 UTC" in words(svg)


def test_a_chart_of_nothing_says_so():
    assert "There is nothing to show." in words(drawn(a_report(About.STAGES, rows=[])))


def test_a_chart_of_very_many_shows_the_first_ones():
    rows = [{"group": f"team-{one}", "complaints": 1, "repeats": 0, "share": 0.0} for one in range(2 * BARS_AT_MOST)]

    said = words(drawn(a_report(About.REPEATS, rows=rows)))

    assert f"team-{BARS_AT_MOST - 1}:" in said
    assert f"team-{BARS_AT_MOST}:" not in said


@given(st.lists(st.tuples(st.text(max_size=20), st.floats(0, 1e12)), max_size=20))
def test_whatever_a_label_holds_the_chart_can_be_read_and_no_bar_leaves_it(values: list[tuple[str, float]]):
    chart = Chart("title", "Things", ("things",), tuple(Bar(label, (value,)) for label, value in values))

    svg = read(svg_of(chart, "of some"))

    width, height = (float(svg.get(name) or 0) for name in ("width", "height"))
    for one in svg.iter(f"{SVG}rect"):
        x, y, w, h = (float(one.get(name) or 0) for name in ("x", "y", "width", "height"))
        assert 0 <= x <= x + w <= width
        assert 0 <= y <= y + h <= height


@pytest.mark.parametrize("about", About)
def test_a_csv_has_a_line_for_each_row_under_the_reports_columns(about: About):
    report = a_report(about)

    lines = list(csv.DictReader(StringIO(as_csv(report["columns"], report["rows"]), newline="")))

    assert tuple(lines[0]) == REPORTS[about].columns
    assert lines == [{name: "" if value is None else str(value) for name, value in row.items()} for row in report["rows"]]


@pytest.mark.parametrize(
    ("given", "begins", "ends"),
    [
        ("2026-11-30", "2026-11-30T00:00:00+00:00", "2026-12-01T00:00:00+00:00"),
        ("2026-11-30T08:00+08:00", "2026-11-30T08:00:00+08:00", "2026-11-30T08:00:00+08:00"),
    ],
)
def test_a_day_is_meant_whole_and_a_moment_as_it_is(given: str, begins: str, ends: str):
    assert (begin_of(given), end_of(given)) == (begins, ends)


@pytest.mark.parametrize("given", ["yesterday", "2026-11-30T08:00", "30.11.2026"])
def test_what_is_no_day_and_no_moment_is_said(given: str):
    with pytest.raises(BadInputError):
        begin_of(given)
