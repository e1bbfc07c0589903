from pathlib import Path

from deploy.life_drawing import BEGIN, END, drawn, main, redrawn
from services.casework.steps import COMMANDS, name_of
from shared.contracts.vocabulary import Status

PAGE = Path(__file__).parents[3] / "docs" / "life-of-a-complaint.md"


def test_the_page_is_drawn_from_the_code_of_today():
    assert redrawn(PAGE.read_text(encoding="utf-8")) == PAGE.read_text(encoding="utf-8")


def test_the_drawing_names_every_command_and_every_status():
    drawing = drawn()

    assert [one for one in (name_of(command) for command in COMMANDS) if f"`{one}`" not in drawing] == []
    assert [one for one in Status if one not in drawing] == []


def test_a_stale_page_is_told_and_mended_and_its_own_words_stay(tmp_path: Path, capsys):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")

    stale = main(["--check", str(page)])
    written = main([str(page)])

    assert (stale, written, main(["--check", str(page)])) == (1, 0, 0)
    assert "make schemas" in capsys.readouterr().err
    assert page.read_text() == f"before\n{drawn()}\nafter\n"
