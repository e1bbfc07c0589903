"""S2: recordings, screenshots and vouchers are evidence: told by checksum, type and origin, their bytes kept apart."""

from base64 import b64encode
from hashlib import sha256
from typing import Any

from shared.contracts.vocabulary import NoticeKind
from tests.journeys.customer import a_customer
from tests.journeys.town import Town

TEXT = "支付失败了，错误提示见截图。"
CRASHES = "应用一打开付款页就闪退，根本用不了，错误提示见附件。"
ERROR = "错误提示"


def a_file(name: str, kind: str, content: bytes) -> dict[str, Any]:
    return {"name": name, "type": kind, "size": len(content), "content_b64": b64encode(content).decode()}


async def test_s02_a_screenshot_is_evidence_and_nobody_is_asked_for_what_it_shows(town: Town) -> None:
    with_picture, without = a_customer(town, "chat"), a_customer(town, "chat")
    picture = b"\x89PNG a screenshot of the error"

    complaint = await with_picture.complains(CRASHES, attachments=[a_file("截图.png", "image/png", picture)])
    await without.complains(CRASHES)
    told, asked = await with_picture.hears(NoticeKind.RECEIPT), await without.hears(NoticeKind.RECEIPT)

    [evidence] = (await town.shown(complaint.number))["complaint"]["evidence"]
    assert (evidence["type"], evidence["size"], evidence["origin"]) == ("image/png", len(picture), "attachment:1")
    assert evidence["sha256"] == sha256(picture).hexdigest()
    assert b64encode(picture).decode() not in str(await town.shown(complaint.number))
    assert (ERROR in told.text, ERROR in asked.text) == (False, True)


async def test_s02_a_recording_and_a_voucher_are_evidence_of_their_own(town: Town) -> None:
    customer, voucher = a_customer(town, "phone"), b"%PDF-1.7 a voucher"
    said = [{"speaker": "customer", "start_s": 0, "end_s": 6, "text": TEXT}]
    call = {"id": customer.key, "direction": "inbound", "recording_ref": "recordings/0815.ogg", "segments": said}

    complaint = await customer.complains(TEXT, call=call, attachments=[a_file("支付凭证.pdf", "application/pdf", voucher)])
    receipt = await customer.hears(NoticeKind.RECEIPT)

    evidence = (await town.shown(complaint.number))["complaint"]["evidence"]
    assert [(one["type"], one["origin"], one["sha256"]) for one in evidence] == [
        ("application/pdf", "attachment:1", sha256(voucher).hexdigest()),
        ("audio/*", "recording", ""),
    ]
    assert evidence[1]["ref"] == "recordings/0815.ogg"
    assert complaint.number in receipt.text
