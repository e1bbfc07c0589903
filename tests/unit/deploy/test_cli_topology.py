import pytest
from typer.testing import CliRunner
from yarl import URL

from deploy.cli.topology import app
from shared.settings import adapter_password, house_password

SECRET = "the secret of a deployment, long enough"


@pytest.fixture(autouse=True)
def _house(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDRESS_SECRET_KEY", SECRET)
    monkeypatch.setenv("REDRESS_AMQP_URL", "amqp://administrator:his-own@broker.example.com:5672/house")


@pytest.mark.parametrize(
    ("who", "user", "password"),
    [("webchat", "webchat", adapter_password(SECRET, "webchat")), ("wallet", "redress-wallet", house_password(SECRET, "redress-wallet"))],
)
def test_who_comes_from_outside_gets_an_address_with_the_own_password(who: str, user: str, password: str):
    told = CliRunner().invoke(app, ["address", who])

    assert (told.exit_code, URL(told.stdout.strip())) == (0, URL(f"amqp://{user}:{password}@broker.example.com:5672/house"))


@pytest.mark.parametrize("who", ["operator", "redress-routing", "nobody"])
def test_nobody_else_does_and_the_sentence_says_who_may(who: str):
    told = CliRunner().invoke(app, ["address", who])

    assert told.exit_code != 0
    assert "amqp://" not in told.output
    assert "webchat" in str(told.exception)
