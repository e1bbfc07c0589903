"""The JSON Schema of every published message and of the normalised complaint, as adapters and other readers get them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import ModelSchema

from services.intake.complaint import Complaint
from shared import contracts
from shared.contracts import Attachment, DeliveryReported, LookUpTransaction, Message, Part, ProposeRemedy, Sender, Wanted
from shared.contracts.vocabulary import PersonalMark

Document = dict[str, Any]
"""JSON; its shape is the schema's own affair."""

DIALECT = "https://json-schema.org/draft/2020-12/schema"
COMPLAINT = "complaint"
"""Name of the normalised complaint's schema, which is no message."""

_SPOKEN_FOR: dict[type[Message], str] = {DeliveryReported: "delivery.{adapter}"}
"""The body of a delivery report does not name its adapter, so the class cannot know its routing key."""

_SAYS: Document = {"type": "string"}
_SILENT: Document = {"type": "null"}
_AMOUNT = {"amount": {"type": "integer"}, "currency": _SAYS}
_NO_AMOUNT = {"amount": _SILENT, "currency": _SILENT}

_ONE_OF_THESE: dict[type[Part], Sequence[Mapping[str, Document]]] = {
    Sender: [{name: {"type": "string", "minLength": 1}} for name in ("name", "account_id", "email", "phone", "handle")],
    Attachment: [{name: _SAYS} for name in ("content_b64", "ref")],
    Wanted: [_AMOUNT, *({name: _SAYS} | _NO_AMOUNT for name in ("transaction_id", "at"))],
    LookUpTransaction: [_AMOUNT, *({name: _SAYS} | _NO_AMOUNT for name in ("transaction_id", "transaction_at"))],
    ProposeRemedy: [_AMOUNT, _NO_AMOUNT],
}
"""What validators demand in code, where pydantic cannot see it; a test holds the two together."""

_PLACES = {name: f"{{{name}}}" for name in ("channel", "adapter", "service")}


class _Published(GenerateJsonSchema):
    """Marks what is personal, and leaves out the titles that only repeat a field's name."""

    def model_schema(self, schema: ModelSchema) -> JsonSchemaValue:
        found = super().model_schema(schema)
        for name, place in found.get("properties", {}).items():
            if _is_personal(schema["cls"].model_fields[name]):
                place["x-personal"] = True
        if demanded := _ONE_OF_THESE.get(schema["cls"]):
            found["anyOf"] = [
                {"required": [name for name, form in one.items() if form is not _SILENT], "properties": dict(one)} for one in demanded
            ]
        return found

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401, ARG002  (the signature is pydantic's)
        return False


def messages() -> list[type[Message]]:
    """Every message class that the contracts publish, by key."""
    exported = (getattr(contracts, name) for name in contracts.__all__)
    found = {one.key: one for one in exported if isinstance(one, type) and issubclass(one, Message) and hasattr(one, "key")}
    return [found[key] for key in sorted(found)]


def schema_of_message(contract: type[Message]) -> Document:
    facts = {
        "description": description_of(contract),
        "x-redress-exchange": contract.exchange,
        "x-redress-routing-key": routing_key_of(contract),
        "x-redress-type": contract.key,
    }
    return _document(contract, f"{contract.key}.json") | facts


def schema_of_complaint() -> Document:
    return _document(Complaint, f"{COMPLAINT}.json")


def routing_key_of(contract: type[Message]) -> str:
    """With `{adapter}` and the like where the key depends on the message."""
    return _SPOKEN_FOR.get(contract) or contract.model_construct(None, **_PLACES).routing_key


def description_of(contract: type[Message]) -> str:
    """The class's own words; where it has none, its name says all."""
    own = contract.__dict__.get("__doc__") or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", contract.__name__).capitalize() + "."
    return " ".join(str(own).split())


def _document(model: type[Part], file: str) -> Document:
    return {"$schema": DIALECT, "$id": file} | model.model_json_schema(schema_generator=_Published)


def _is_personal(field: FieldInfo) -> bool:
    return any(isinstance(mark, PersonalMark) for mark in field.metadata)
