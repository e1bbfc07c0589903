"""The list of adapters: the shipped one is good, a wrong one is refused with its place before a message is heard."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from shared.adapters import adapters_in, email_adapters
from shared.contracts.vocabulary import Channel
from shared.policy import BadPolicy

SHIPPED = Path("deploy/adapters.toml")
WEBCHAT = """
[[adapter]]
name = "webchat"
channel = "chat"
country = "CN"
legal_entity = "okpay-cn"
zone = "Asia/Shanghai"
language = "zh-Hans"
"""


def refusal_of(text: str, tmp_path: Path) -> str:
    file = tmp_path / "adapters.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadPolicy) as refused:
        adapters_in(file)
    assert str(file) in str(refused.value)
    return str(refused.value)


@pytest.fixture
def shipped(request: pytest.FixtureRequest) -> Path:
    return request.config.rootpath / SHIPPED


def test_the_shipped_adapters_cover_every_channel_and_live_in_known_zones(shipped: Path):
    entries = adapters_in(shipped).by_name.values()

    assert {one.channel for one in entries} == set(Channel)
    assert all(ZoneInfo(one.zone).key == one.zone for one in entries)
    assert email_adapters(shipped) == [one.name for one in entries if one.channel is Channel.EMAIL]


def test_an_entry_says_what_holds_for_messages_that_do_not(tmp_path: Path):
    file = tmp_path / "adapters.toml"
    file.write_text(WEBCHAT, encoding="utf-8")

    entry = adapters_in(file).by_name["webchat"]

    assert (entry.channel, entry.country, entry.legal_entity) == (Channel.CHAT, "CN", "okpay-cn")
    assert (entry.zone, entry.language) == ("Asia/Shanghai", "zh-Hans")


@pytest.mark.parametrize(
    ("was", "becomes", "place"),
    [
        ('name = "webchat"', 'name = "Web Chat"', "adapters.0.name"),
        ('channel = "chat"', 'channel = "chats"', "adapters.0.channel"),
        ('country = "CN"', 'country = "China"', "adapters.0.country"),
        ('country = "CN"\n', "", "adapters.0.country"),
        ('language = "zh-Hans"', 'language = "Chinese"', "adapters.0.language"),
        ('zone = "Asia/Shanghai"', 'zone = "Asia/Shangai"', "adapters.0.zone"),
        ("[[adapter]]", "[[adaptor]]", "adaptor"),
        ("language =", "tongue =", "adapters.0.tongue"),
    ],
)
def test_a_wrong_entry_is_refused_with_its_place(was: str, becomes: str, place: str, tmp_path: Path):
    assert place in refusal_of(WEBCHAT.replace(was, becomes), tmp_path)


def test_a_name_that_two_entries_claim_is_refused(tmp_path: Path):
    """Silently keeping the last one would give the first one's channel to strangers."""
    assert "webchat" in refusal_of(WEBCHAT + WEBCHAT.replace('"chat"', '"phone"'), tmp_path)


def test_an_adapter_that_names_no_regime_has_the_houses_own(tmp_path: Path):
    file = tmp_path / "adapters.toml"
    file.write_text(WEBCHAT + 'regime = "cn_payment"\n' + WEBCHAT.replace('"webchat"', '"webchat-2"'), encoding="utf-8")

    entries = adapters_in(file).by_name

    assert (entries["webchat"].regime, entries["webchat-2"].regime) == ("cn_payment", "house")
