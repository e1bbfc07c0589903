"""Start with: faststream run services.intake.app:build --factory"""

import logging
from datetime import timedelta

from faststream.asgi import AsgiFastStream

from services.intake.arrivals import Arrivals
from services.intake.balance import balance, unknown
from services.intake.complaint import Declined
from services.intake.fetching import Fetching
from services.intake.forgetting import Forgetting
from services.intake.handlers import inbox
from services.intake.identity import Keys
from services.intake.opening import views_with
from services.intake.originals import Originals
from services.intake.reader import Reader
from services.intake.settings import IntakeSettings, keys
from services.intake.store import AGGREGATES, arrival, complaint, complaints
from services.intake.time_limit import TimeLimit
from shared.adapters import Adapters, adapters_in
from shared.bodies import Bodies
from shared.house import House, Service
from shared.service import build_service
from shared.settings import HouseSettings

VIEWS = {"/complaint": complaint, "/complaints": complaints, "/arrival": arrival, "/balance": balance, "/unknown": unknown}


def describe() -> Service:
    house, settings = HouseSettings(), IntakeSettings()

    adapters, bodies = adapters_in(house.adapters_file), Bodies(house.bodies_url)

    def arrivals(of: House) -> Arrivals:
        ledger, originals = of.database.collection("arrivals"), Originals(of.database.collection("arrival_parts"), of.sealer)
        fetching = Fetching(bodies, ledger, originals, adapters, house.body_limit_bytes)
        return Arrivals(ledger, originals, fetching, bodies, of.clock, timedelta(days=settings.original_kept_days))

    reader = Reader(TimeLimit(settings.reading_limit_s))
    facts = {Adapters: adapters, Keys: keys(house), Reader: reader}
    views = {**VIEWS, **views_with(house.key_for("seal"))}
    expiring = (lambda of: arrivals(of).expire(),)
    return Service(
        inbox,
        AGGREGATES,
        facts=facts,
        views=views,
        keeper=arrivals,
        chores=expiring,
        erases_beside=lambda of: Forgetting.of(of).beside,
        kept={Declined: timedelta(days=settings.original_kept_days)},
    )


def build() -> AsgiFastStream:
    keep_detectors_quiet()
    return build_service(describe())


def keep_detectors_quiet() -> None:
    """Where a bounce detector trips over a customer's mail, its log repeats what it tripped over."""
    logging.getLogger("flufl.bounce").disabled = True
