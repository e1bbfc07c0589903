"""An adapter whose AMQP properties are no UTF-8 or no calendar's: its message ends, and everybody else's goes on."""

from decimal import Decimal
from uuid import uuid4

import aio_pika
import pytest
from pamqp import encode

from tests.builders import an_inbound
from tests.house import RunningHouse, eventually


@pytest.fixture
def raw_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands for single bytes in a string leaves as these bytes."""

    def shortstr(value: str) -> bytes:
        told = value.encode("utf-8", errors="surrogateescape")
        return bytes([len(told)]) + told

    monkeypatch.setitem(encode.METHODS, "shortstr", shortstr)


@pytest.mark.usefixtures("raw_text")
@pytest.mark.parametrize(
    "foreign",
    [
        pytest.param({"message_id": "gbk-\udcff\udcfe"}, id="an id that is no UTF-8"),
        pytest.param({"headers": {"redress-body": Decimal("1.5")}}, id="a reference that is a number"),
        pytest.param({"headers": {"x-theirs": [1.5, {"deep": True}], "redress-body": {"a": 1}}}, id="headers of every type"),
    ],
)
async def test_a_message_with_foreign_properties_ends_and_the_next_one_is_registered(house: RunningHouse, foreign: dict[str, object]):
    strange, plain = (an_inbound("review", source_id=uuid4().hex) for _ in range(2))
    parked = len(await house.view("intake", "/dead"))
    exchange = await (await house.channel(strange.adapter)).get_exchange(strange.exchange, ensure=False)
    properties: dict[str, object] = {"message_id": strange.source_id, "type": strange.key, "user_id": strange.adapter, "delivery_mode": 2}
    await exchange.publish(aio_pika.Message(strange.encoded(), **{**properties, **foreign}), routing_key=strange.routing_key)  # type: ignore[arg-type]
    await house.publish(plain)

    async def ended() -> tuple[object, int]:
        arrival = await house.view("intake", "/arrival", adapter=plain.adapter, source_id=plain.source_id)
        return (arrival or {}).get("result"), len(await house.view("intake", "/dead"))

    wanted = ("registered", parked + 1)
    assert await eventually(ended, lambda seen: seen == wanted) == wanted
