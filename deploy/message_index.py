"""The index of all messages: where each goes, who sends it and who hears it, as a page beside the schemas."""

from deploy.asyncapi import ADAPTERS, Heard, adapter_queue, heard_by, said_by, said_by_adapters, wallet_queue
from deploy.cli.complaint_commands import SUBCOMMANDS
from deploy.house import SAID_BY_WALLET, SERVICES
from deploy.message_schemas import COMPLAINT, description_of, messages, routing_key_of
from shared.contracts import CONTROL, ConfirmIncident, DismissIncident, Message, PublishAgain
from shared.settings import WALLETS

PEOPLE: dict[type[Message], str] = {
    **{one.contract: f"`redress complaint {name}`" for name, one in SUBCOMMANDS.items()},
    ConfirmIncident: "`redress incident confirm`",
    DismissIncident: "`redress incident dismiss`",
    **dict.fromkeys(CONTROL, "`redress dead`"),
    PublishAgain: "`redress reconcile`",
}
"""What no service says, because people do it."""

HEAD = f"""# All messages

*For whoever sends or reads a message. Written by `make schemas` from the code; the rules are in [messages.md](../messages.md).*

The normalised complaint, which is no message, is [{COMPLAINT}.json]({COMPLAINT}.json).
AsyncAPI 3: {", ".join(f"[{name}](asyncapi/{name}.json)" for name in (*SERVICES, ADAPTERS, WALLETS))}.
"""


def page() -> str:
    return "\n".join(
        [
            HEAD,
            _row("message", "exchange", "routing key", "sent by", "queues that get it", "what it says"),
            _row(*["---"] * 6),
            *_rows(),
            "",
        ]
    )


def senders_of(contract: type[Message]) -> list[str]:
    services = [service for service in SERVICES if contract in said_by(service)]
    adapters = [ADAPTERS] if contract in said_by_adapters() else []
    people = [PEOPLE[contract]] if contract in PEOPLE else []
    wallet = [WALLETS] if contract in SAID_BY_WALLET else []
    return [*services, *adapters, *wallet, *people]


def queues_of(contract: type[Message]) -> list[str]:
    return [one.queue for one in _everything_heard() if contract in one.contracts]


def _everything_heard() -> list[Heard]:
    by_services = [one for service in SERVICES for one in heard_by(service)]
    queue = adapter_queue("{channel}")
    return [*(one for one in by_services if one.exchange != queue.exchange or "{adapter}" not in one.queue), queue, wallet_queue()]


def _rows() -> list[str]:
    return [
        _row(
            f"[{one.key}]({one.key}.json)",
            one.exchange,
            f"`{routing_key_of(one)}`",
            ", ".join(senders_of(one)),
            "<br>".join(f"`{queue}`" for queue in queues_of(one)),
            description_of(one),
        )
        for one in messages()
    ]


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
