"""Start with: faststream run services.sla_watchdog.app:build --factory"""

from faststream.asgi import AsgiFastStream

from services.sla_watchdog.handlers import inbox, on_time_passing
from services.sla_watchdog.settings import SlaWatchdogSettings
from services.sla_watchdog.store import AGGREGATES, VIEWS
from services.sla_watchdog.targets import Targets
from shared.house import Service
from shared.service import build_service


def describe() -> Service:
    return Service(inbox, AGGREGATES, facts={Targets: SlaWatchdogSettings().targets()}, views=VIEWS, fire=on_time_passing)


def build() -> AsgiFastStream:
    return build_service(describe())
