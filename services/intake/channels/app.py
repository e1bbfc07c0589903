"""A form of the app or the web, or a letter that somebody typed in."""

from services.intake.channels.evidence import evidence_of
from services.intake.complaint import Parsed
from shared.contracts import InboundApp

NUMBER_FIELDS = frozenset({"complaint_number", "complaint_no", "number", "投诉编号", "投訴編號"})
VERSION_FIELDS = frozenset({"app_version", "version", "应用版本", "應用版本"})


def parse(message: InboundApp) -> Parsed:
    form = message.form
    others = {name: value for name, value in form.fields.items() if name not in NUMBER_FIELDS | VERSION_FIELDS}
    written = [form.text, *(f"{name}: {value}" for name, value in others.items() if value.strip())]
    return Parsed(
        sender=message.sender,
        subject=form.subject,
        text="\n".join(written),
        evidence=evidence_of(message.attachments),
        thread_id=message.thread_id or message.source_id,
        declared_numbers=tuple(form.fields[name] for name in form.fields if name in NUMBER_FIELDS),
        app_version=next((form.fields[name] for name in form.fields if name in VERSION_FIELDS), None),
    )
