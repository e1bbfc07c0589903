"""Start with: faststream run services.casework.app:build --factory"""

from functools import partial

from faststream.asgi import AsgiFastStream

from services.casework.handlers import inbox
from services.casework.rulebook import Rulebook
from services.casework.rules import pass_time
from services.casework.settings import CaseworkSettings
from services.casework.store import AGGREGATES, VIEWS
from shared.house import Service
from shared.service import build_service


def describe() -> Service:
    rulebook = CaseworkSettings().rulebook()
    return Service(inbox, AGGREGATES, facts={Rulebook: rulebook}, views=VIEWS, fire=partial(pass_time, rulebook=rulebook))


def build() -> AsgiFastStream:
    return build_service(describe())
