"""Start with: faststream run services.notification.app:build --factory"""

from datetime import timedelta

from faststream.asgi import AsgiFastStream

from services.notification import letters_view, store
from services.notification.codes import Owners, owners
from services.notification.correspondence import RefusalNotice
from services.notification.handlers import inbox
from services.notification.load import Load
from services.notification.phrasebook import Phrasebook
from services.notification.promises import Teams
from services.notification.senders.connections import Connections
from services.notification.senders.post import Post
from services.notification.settings import NotificationSettings
from services.notification.store import AGGREGATES
from shared.adapters import adapters_in, email_adapters
from shared.codes import PURPOSE
from shared.house import House, Sender, Service
from shared.service import build_service
from shared.settings import HouseSettings
from shared.topology import outbound_queue

TEAM_MAIL_QUEUE = "notification.team-mail"
VIEWS = {**store.VIEWS, **letters_view.VIEWS}


def describe() -> Service:
    settings, house = NotificationSettings(), HouseSettings()
    connections = Connections(settings.smtp())

    def post(house: House) -> Post:
        return Post(house, connections)

    queues = [TEAM_MAIL_QUEUE, *(outbound_queue("email", name) for name in email_adapters(house.adapters_file))]
    senders = [Sender(queue, lambda house: post(house).handle) for queue in queues]
    reached = owners(adapters_in(house.adapters_file), house.key_for(PURPOSE))
    load = Load()
    facts = {Phrasebook: settings.phrasebook(), Teams: settings.teams(), Owners: reached, Load: load}
    kept: dict[type, timedelta] = {RefusalNotice: timedelta(days=settings.refusal_kept_days)}
    chores = (lambda _: connections.keep(), load.keep_looking)
    return Service(inbox, AGGREGATES, facts=facts, views=VIEWS, senders=senders, chores=chores, kept=kept)


def build() -> AsgiFastStream:
    return build_service(describe())
