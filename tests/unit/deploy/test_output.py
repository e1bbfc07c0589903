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
