"""Start with: faststream run services.casework.app:build --factory"""

from faststream.asgi import AsgiFastStream

from services.casework.handlers import inbox
from services.casework.organisation import Rulebook
from services.casework.settings import CaseworkSettings
from services.casework.store import AGGREGATES, VIEWS
from shared.house import Service
from shared.service import build_service


def describe() -> Service:
    return Service(inbox, AGGREGATES, facts={Rulebook: CaseworkSettings().rulebook()}, views=VIEWS)


def build() -> AsgiFastStream:
    return build_service(describe())
