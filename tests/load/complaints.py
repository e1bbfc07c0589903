"""What the benchmark's customers write: a new complaint in every message, on all seven channels, about 1.5 kB of Chinese each."""
# ruff: noqa: E501  (a wide character counts as two)

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import aio_pika

from shared.contracts import Inbound
from shared.contracts.vocabulary import Channel
from tests.builders.inbound import an_email, an_inbound, an_inbound_email
from tests.load.publishing import Prepared

CHANNELS = tuple(Channel)

_OPENINGS = (
    "你好,我上周五晚上在超市用钱包付款,扫码后页面一直转圈,最后提示系统繁忙 E{code},可是余额里的 {yuan} 元已经扣掉了,交易编号 OK20261115{serial:06d}。",
    "我要反映一笔退款。商家十一月十日就同意退我 {yuan} 元,订单流水号 OK20261110{serial:06d},页面写着一到三个工作日到账,到今天已经超过八天。",
    "我的账户昨天凌晨被人登录,手机收到两条我没有申请的验证短信,随后有一笔 {yuan} 元的转账,编号 OK20261119{serial:06d},不是我本人操作。",
    "上个月提现 {yuan} 元,到账的时候少了一部分,客服说是服务费,但是提现页面从来没有写明收费标准,流水号 OK20261102{serial:06d}。",
)
_MIDDLES = (
    "我先打了两次客服电话,每次都排队二十多分钟,接线的人说会登记,二十四小时之内回电,结果谁也没有打来。后来我又在网上找人工客服,对方让我再等等,连一个编号都没有给我。",
    "我用的手机是华为 Mate 60,应用版本 8.3.{patch},网络正常,其他软件付款都没有问题。卸载重装过一次,也换过家里的无线网络和手机流量,情况还是一样,错误代码每次都是 E{code}。",
)
_CLOSINGS = (
    "收款方是城南便民超市,付款时间大约是晚上八点四十分。银行那边的流水我也核对过,钱确实已经从我的卡里划走,对方店员却说没有收到,我只好又付了一次现金,等于同一样东西付了两遍钱。",
    "请你们尽快核实这笔交易,把 {yuan} 元原路退回,并且告诉我原因和以后怎样避免。截图和银行的扣款短信我都留着,需要的话可以马上提供。如果三天之内没有明确的答复,我会向消费者协会和监管部门反映。",
    "我是老用户,用了六年,一直很信任你们,这次的处理方式让人很失望。希望有专人负责跟进,而不是每次都让我从头再讲一遍。谢谢。",
)


def text(position: int) -> str:
    """Never the same twice: amount, serial number, version and opening vary."""
    parts = (_OPENINGS[position % len(_OPENINGS)], *_MIDDLES, *_CLOSINGS)
    facts = {
        "yuan": f"{18 + position % 900}.{position % 10}0",
        "serial": position % 1_000_000,
        "code": 1_000 + position % 40,
        "patch": position % 9,
    }
    return "".join(part.format(**facts) for part in parts)


def inbound(position: int, run: str) -> Inbound:
    """`run` keeps the ids of one run apart from every other's. Each is of a customer of its own: who complains again costs more."""
    now = datetime.now(UTC)
    name, said = f"bench-{run}-{position:06d}", text(position)
    channel = CHANNELS[position % len(CHANNELS)]
    changes: dict[str, Any] = {"sent_at": now, "received_at": now, "language": "zh-Hans"}
    if channel is Channel.EMAIL:
        raw = an_email(said, message_id=f"<{name}@example.com>").replace(b"lilei@example.com", f"{name}@example.com".encode())
        return an_inbound_email(raw=raw, sender={"email": f"{name}@example.com"}, **changes)
    changes["sender"] = {"name": "李雷", "account_id": name}
    if channel is Channel.REFERRAL:
        # The outside body's reference is the thread: each complaint has its own.
        changes["referral"] = {"body": "12315", "reference": name, "text": said}
    return an_inbound(channel, said, source_id=name, **changes)


def prepared(count: int) -> Sequence[Prepared]:
    run = uuid4().hex[:10]
    return [as_adapter(inbound(position, run)) for position in range(count)]


def as_adapter(message: Inbound) -> Prepared:
    """As a channel adapter publishes it, under its own user."""
    properties = aio_pika.Message(
        message.model_dump_json(exclude_none=True).encode(),
        message_id=message.source_id,
        type=message.key,
        app_id=message.adapter,
        user_id=message.adapter,
        timestamp=message.sent_at,
        content_type="application/json",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
    )
    return Prepared(message.source_id, message.adapter, message.exchange, message.routing_key, properties)
