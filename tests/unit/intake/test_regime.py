"""Which complaints fall under the rules of the outside world."""

from pathlib import Path

import pytest

from services.casework.policies.regimes import Regimes
from services.intake.regime import regime_of
from shared.adapters import AdapterEntry, adapters_in
from shared.contracts import Fact
from shared.contracts.vocabulary import Channel, FactKind, FactSource, MessageKind
from shared.policy import load

UK = AdapterEntry("app-uk", Channel.APP, "GB", "okpay-uk", "Europe/London", "en", regime="uk_emoney")
THREAT = Fact(kind=FactKind.THREAT, value="regulator", start=0, end=9, part="text", how=FactSource.DICTIONARY, confidence=0.8)


@pytest.mark.parametrize("kind", [MessageKind.COMPLAINT, MessageKind.CHASER, MessageKind.APPEAL, MessageKind.FOLLOW_UP])
def test_a_complaint_falls_under_the_rules_of_where_it_came_in(kind: MessageKind):
    assert regime_of(kind, (), UK) == "uk_emoney"


@pytest.mark.parametrize("kind", [MessageKind.ENQUIRY, MessageKind.SUGGESTION, MessageKind.PRAISE, MessageKind.THANKS])
def test_questions_ideas_and_praise_stay_out_of_regulators_returns(kind: MessageKind):
    assert regime_of(kind, (), UK) == "house"


def test_a_question_that_threatens_with_the_regulator_is_no_mere_question():
    assert regime_of(MessageKind.ENQUIRY, (THREAT,), UK) == "uk_emoney"


def test_what_a_regulator_passes_on_is_never_a_mere_question():
    referrals = AdapterEntry("referrals-uk", Channel.REFERRAL, "GB", "okpay-uk", "Europe/London", "en", regime="uk_emoney")

    assert regime_of(MessageKind.ENQUIRY, (), referrals) == "uk_emoney"


def test_every_shipped_adapter_names_a_regime_that_casework_knows(request: pytest.FixtureRequest):
    root: Path = request.config.rootpath
    known = load(root / "services/casework/policies/regimes.toml", Regimes, {"regime": "regimes", "body": "bodies"}).by_name
    named = {one.regime for one in adapters_in(root / "deploy/adapters.toml").by_name.values()}

    assert {"house", "uk_emoney", "cn_payment", "in_rbi", "eu_psd2", "us_cfpb"} == named
    assert named <= known.keys()
