from io import StringIO

import pytest
from rich.color import ColorSystem
from rich.panel import Panel
from rich.text import Text

from deploy.cli import output

EVIL = "退款\x1b[2J\x1b]0;owned\x07\x9b31m\u202egnp.exe\u2066\rRD-FAKE\x00\x08"
OBEYED = set("\x1b\x07\x9b\u202e\u2066\r\x00\x08")


@pytest.mark.parametrize("shown", [Text(EVIL), Panel(Text(EVIL), title=Text(EVIL)), output.table("t", [{"a": EVIL}], ("a",)), EVIL])
def test_what_a_customer_wrote_is_shown_and_not_obeyed_by_the_terminal(shown: object):
    console = output.console()
    console.file = StringIO()

    console.print(shown)

    assert "退款" in console.file.getvalue()
    assert not OBEYED & set(console.file.getvalue())


def test_colours_of_our_own_still_come_through():
    console = output.console()
    console.file, console._color_system = StringIO(), ColorSystem.STANDARD  # noqa: SLF001 - as on a terminal

    console.print(Text("ours", style="bold red"))

    assert "\x1b[" in console.file.getvalue()


def printed(shown: object, width: int) -> str:
    console = output.console()
    console.file, console.width = StringIO(), width
    console.print(shown)
    return console.file.getvalue()


def test_what_stands_in_brackets_is_shown_and_not_taken_for_a_style():
    shown = output.table("[title]", [{"a": "[erased]", "b": "[/x] and [bold]this"}], ("a", "b"))

    for width in (80, 20):
        assert {"[title]", "[erased]", "[/x]", "[bold]this"} <= set(printed(shown, width).replace(",", " ").split())


def test_a_table_too_wide_for_the_terminal_is_told_row_by_row_with_its_words_whole():
    row = {"number": "RD-7K3MQ-2XV9H-5", "status": "waiting_for_third_party", "assignee": "cross-border-senior", "reason": None}
    shown = output.table("worklist", [row, row], tuple(row))

    wide, narrow = printed(shown, 120), printed(shown, 50)

    assert "│" in wide
    assert "│" not in narrow
    assert [line.rstrip() for line in narrow.splitlines()[1:4]] == [
        "RD-7K3MQ-2XV9H-5  status waiting_for_third_party,",
        "                  assignee cross-border-senior",
        "RD-7K3MQ-2XV9H-5  status waiting_for_third_party,",
    ]
    assert "reason" not in narrow


def test_a_bare_figure_keeps_its_heading_where_there_is_no_table():
    columns = ("resolved", "attitude", "answered_on_any_channel")
    shown = output.table("satisfaction", [dict.fromkeys(columns, 8)], columns)

    assert printed(shown, 32).splitlines()[1].startswith("resolved 8  attitude 8,")


@pytest.mark.parametrize("nothing", [None, "", [], ()])
def test_nothing_is_a_dash(nothing: object):
    assert output.cell(nothing) == "–"
