"""Draws a report as bars: one SVG file that needs nothing else, and that a screen reader can read. The same report, the same bytes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from services.casework.learning.reports import ATTITUDES, RULINGS, About

Document = Mapping[str, Any]
"""As `/report` shows it."""

WIDTH, MARGIN, LABELS, FIGURES = 760, 16, 250, 70
BAR, GAP, HEAD = 16, 12, 64
BARS_AT_MOST = 60
"""More are not read; the table and the CSV have them."""
COLOURS = ("#1f5fa8", "#c45a11", "#3d7a3d", "#7a3d7a", "#666666")
TITLES: Mapping[About, str] = {
    About.SATISFACTION: "Satisfaction: how customers found our attitude",
    About.REPEATS: "Complaints of customers who had complained before",
    About.ROOT_CAUSES: "Root causes of closed complaints",
    About.REMEDIES: "Remedies by kind and state",
    About.STAGES: "Hours from stage to stage",
    About.APPEALS: "Appeals, and how they ended",
}


@dataclass(frozen=True, slots=True)
class Bar:
    """Its label, and a value for each series: several stand below each other."""

    label: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    unit: str
    series: tuple[str, ...]
    bars: tuple[Bar, ...]


def drawn(report: Document) -> str:
    return svg_of(_chart(report), _span(report))


def svg_of(chart: Chart, about: str) -> str:
    each = BAR * len(chart.series) + GAP
    height = HEAD + each * max(len(chart.bars), 1) + 2 * MARGIN
    svg = Element("svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {WIDTH} {height}", width=str(WIDTH), height=str(height))
    svg.attrib |= {"role": "img", "aria-labelledby": "title desc", "font-family": "sans-serif", "font-size": "12"}
    _text(svg, "title", chart.title, id="title")
    _text(svg, "desc", f"{about} {_read_out(chart)}", id="desc")
    SubElement(svg, "rect", width=str(WIDTH), height=str(height), fill="#ffffff")
    _text(svg, "text", chart.title, x=str(MARGIN), y="28", **{"font-size": "16", "font-weight": "bold"})
    _text(svg, "text", about, x=str(MARGIN), y="48", fill="#444444")
    _legend(svg, chart)
    longest = max((value for bar in chart.bars for value in bar.values), default=0) or 1
    for place, bar in enumerate(chart.bars):
        _draw(svg, bar, HEAD + MARGIN + place * each, longest)
    indent(svg)
    return tostring(svg, encoding="unicode") + "\n"


def _draw(svg: Element, bar: Bar, top: int, longest: float) -> None:
    _text(svg, "text", bar.label, x=str(LABELS - 8), y=str(top + BAR * len(bar.values) // 2 + 4), **{"text-anchor": "end"})
    for place, value in enumerate(bar.values):
        y = top + place * BAR
        width = round((WIDTH - LABELS - FIGURES - MARGIN) * value / longest, 1)
        colour = COLOURS[place % len(COLOURS)]
        SubElement(svg, "rect", x=str(LABELS), y=str(y), width=f"{width:g}", height=str(BAR - 3), fill=colour)
        _text(svg, "text", f"{value:,g}", x=f"{LABELS + width + 6:g}", y=str(y + 11))


def _legend(svg: Element, chart: Chart) -> None:
    if len(chart.series) == 1:
        return
    for place, name in enumerate(chart.series):
        x = LABELS + place * 110
        SubElement(svg, "rect", x=str(x), y="56", width="10", height="10", fill=COLOURS[place % len(COLOURS)])
        _text(svg, "text", name, x=str(x + 14), y="65")


def _read_out(chart: Chart) -> str:
    """Every bar in words, for who cannot see it."""
    if not chart.bars:
        return "There is nothing to show."
    bars = (f"{bar.label}: {_values(chart, bar)}" for bar in chart.bars)
    return f"{chart.unit}. {'; '.join(bars)}."


def _values(chart: Chart, bar: Bar) -> str:
    if len(chart.series) == 1:
        return f"{bar.values[0]:,g}"
    return ", ".join(f"{name} {value:,g}" for name, value in zip(chart.series, bar.values, strict=True))


def _text(parent: Element, tag: str, text: str, **attributes: str) -> None:
    SubElement(parent, tag, attributes).text = "".join(sign if sign.isprintable() else " " for sign in text)


def _span(report: Document) -> str:
    begin, end = (report[name][:16] if report[name] else None for name in ("from", "to"))
    span = " ".join(part for part in (f"from {begin}" if begin else "", f"before {end}" if end else "") if part)
    return f"{report['complaints']:,} complaints" + (f", registered {span} UTC." if span else ".")


def _chart(report: Document) -> Chart:
    about = About(report["about"])
    unit, series, bars = _KINDS[about]
    return Chart(TITLES[about], unit, series, tuple(bar for row in report["rows"] for bar in bars(row))[:BARS_AT_MOST])


def _label(row: Document, *parts: object) -> str:
    """The group stands first, where there is one."""
    return " · ".join(str(one) for one in (row["group"], *parts) if one) or "all"


def _attitudes(row: Document) -> Iterator[Bar]:
    yield from (Bar(_label(row, f"{one} of 5"), (row[f"attitude_{one}"],)) for one in reversed(ATTITUDES))


_KINDS: Mapping[About, tuple[str, tuple[str, ...], Callable[[Document], Iterator[Bar] | Sequence[Bar]]]] = {
    About.SATISFACTION: ("Answers", ("answers",), _attitudes),
    About.REPEATS: ("Complaints", ("all", "repeats"), lambda row: [Bar(_label(row), (row["complaints"], row["repeats"]))]),
    About.ROOT_CAUSES: ("Complaints", ("complaints",), lambda row: [Bar(_label(row, row["root_cause"]), (row["complaints"],))]),
    About.REMEDIES: (
        "Remedies",
        ("remedies",),
        lambda row: [Bar(_label(row, row["kind"], row["currency"], row["state"]), (row["remedies"],))],
    ),
    About.STAGES: (
        "Hours",
        ("median", "90 of 100"),
        lambda row: [Bar(_label(row, row["stage"]), (row["median_hours"], row["p90_hours"]))],
    ),
    About.APPEALS: (
        "Complaints",
        ("appealed", *RULINGS),
        lambda row: [Bar(_label(row), (row["appealed"], *(row[one] for one in RULINGS)))],
    ),
}
