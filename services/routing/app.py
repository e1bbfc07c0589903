"""Start with: faststream run services.routing.app:build --factory"""

from faststream.asgi import AsgiFastStream

from services.routing.handlers import inbox
from services.routing.settings import RoutingSettings
from services.routing.store import AGGREGATES, VIEWS
from services.routing.table import Table
from shared.house import Service
from shared.service import build_service


def describe() -> Service:
    return Service(inbox, AGGREGATES, facts={Table: RoutingSettings().table()}, views=VIEWS)


def build() -> AsgiFastStream:
    return build_service(describe())
