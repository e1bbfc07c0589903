"""`redress ingest --wait` tells the end of the very message that it published."""

import json
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.e2e.test_cli import House, a_chat, house

__all__ = ["house"]
BROKEN_TIME = "昨天"


def test_a_parked_message_is_a_bad_answer(house: House) -> None:
    broken = a_chat("x", sent_at=BROKEN_TIME)

    result = house.run("ingest", "chat", "-", "--raw", "--wait", "15", "--json", stdin=json.dumps(broken))

    assert result.exit_code == 1
    assert json.loads(result.stdout) == {"source_id": broken["source_id"], "result": "parked", "reason": "unreadable-message"}


def test_a_message_under_way_after_the_wait_is_a_bad_answer(house: House) -> None:
    result = house.run("ingest", "chat", "-", "--wait", "0", "--json", stdin="\n".join(json.dumps(a_chat("转账失败")) for _ in range(20)))

    ends = {json.loads(line)["result"] for line in result.stdout.splitlines()}
    assert result.exit_code == (1 if "pending" in ends else 0)


def test_what_is_parked_under_a_known_id_is_no_duplicate(house: House) -> None:
    chat = a_chat("转账失败，钱没有退。")
    number = house.one("ingest", "chat", "-", "--wait", "15", stdin=json.dumps(chat))["number"]

    result = house.run("ingest", "chat", "-", "--raw", "--wait", "15", "--json", stdin=json.dumps(chat | {"sent_at": BROKEN_TIME}))
    once_more = house.run("ingest", "chat", "-", "--raw", "--wait", "15", stdin=json.dumps(chat | {"sent_at": BROKEN_TIME}))
    proper = house.one("ingest", "chat", "-", "--wait", "15", stdin=json.dumps(chat))

    assert (result.exit_code, json.loads(result.stdout)["result"]) == (1, "parked")
    assert (once_more.exit_code, once_more.stdout) == (1, f"{chat['source_id']}: parked {number} unreadable-message\n")
    assert (proper["result"], proper["number"]) == ("duplicate", number)


def test_what_is_mended_after_it_was_parked_is_registered(house: House) -> None:
    chat = a_chat("转账失败，钱没有退。")
    parked = house.run("ingest", "chat", "-", "--raw", "--wait", "15", stdin=json.dumps(chat | {"sent_at": BROKEN_TIME}))

    mended = house.one("ingest", "chat", "-", "--wait", "15", stdin=json.dumps(chat))

    assert parked.exit_code == 1
    assert mended["result"] == "registered"


def test_without_waiting_people_are_told_that_it_is_published(house: House) -> None:
    chat = a_chat("手续费太高了。")

    result = house.run("ingest", "chat", "-", stdin=json.dumps(chat))

    assert (result.exit_code, result.stdout) == (0, f"{chat['source_id']}: published\n")


@pytest.mark.parametrize("span", ["401d", "9601h", "99999999999999d", "9" * 5_000 + "d"])
def test_time_moves_on_by_400_days_at_most(house: House, span: str) -> None:
    result = house.run("clock", "advance", span)

    assert result.exit_code == 2
    assert "at most 400d" in result.stderr


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_mail_with_a_file_of_20_mb_is_registered_and_one_over_the_limit_refused(house: House, tmp_path: Path) -> None:
    """Natively, through the kit and the store of bodies."""
    ends = {}
    for size in (20, 26):
        (tmp_path / f"{size}.eml").write_bytes(a_mail_with_a_file(size * 1024 * 1024))
        ends[size] = house.one("ingest", "email", str(tmp_path / f"{size}.eml"), "--wait", "60", "--sent", str(tmp_path / "sent.jsonl"))

    shown = house.one("show", ends[20]["number"])
    sent = [json.loads(line)["source_id"] for line in (tmp_path / "sent.jsonl").read_text("utf-8").splitlines()]
    left = [one for one in (Path(house.env["REDRESS_ROOT"]) / ".redress" / "bodies").rglob("*") if one.is_file()]
    assert (ends[20]["result"], ends[26]["result"], ends[26]["reason"]) == ("registered", "refused", "attachment-too-large")
    assert shown["complaint"]["evidence"][0]["size"] == 20 * 1024 * 1024
    assert sent == [ends[20]["source_id"], ends[26]["source_id"]]
    assert left == []


def a_mail_with_a_file(size: int) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Li Lei <lilei@example.com>", "help@okpay.example", "退款没有到账"
    mail["Message-ID"] = f"<mail-{size}@example.com>"
    mail.set_content("我昨天转账 500 元失败了，钱还没有退回来。")
    mail.add_attachment(b"\x89" * size, maintype="image", subtype="png", filename="截图.png")
    return mail.as_bytes()
