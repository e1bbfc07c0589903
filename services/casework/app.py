"""Start with: faststream run services.casework.app:build --factory"""

from dataclasses import replace
from functools import partial

from faststream.asgi import AsgiFastStream

from services.casework import store
from services.casework.handlers import inbox
from services.casework.learning import incident_views, report_views
from services.casework.learning.incidents import Deciders
from services.casework.learning.likeness import Alike
from services.casework.policies.rulebook import Rulebook
from services.casework.rules import pass_time
from services.casework.settings import CaseworkSettings, keys_of
from services.casework.sights import views_with
from services.casework.store import AGGREGATES
from shared.house import Service
from shared.service import build_service
from shared.settings import HouseSettings

VIEWS = {**store.VIEWS, **incident_views.VIEWS, **report_views.VIEWS}


def describe() -> Service:
    settings, house = CaseworkSettings(), HouseSettings()
    rulebook, likenesses = replace(settings.rulebook(), keys=keys_of(house)), settings.likenesses()
    alike = Alike(likenesses, house.key_for("likeness"))
    facts = {Rulebook: rulebook, Alike: alike, Deciders: Deciders(rulebook.organisation, likenesses)}
    return Service(inbox, AGGREGATES, facts=facts, views={**VIEWS, **views_with(rulebook)}, fire=partial(pass_time, rulebook=rulebook))


def build() -> AsgiFastStream:
    return build_service(describe())
