"""From what an adapter sent to the parts of a message, one pure `parse()` for each channel."""

from collections.abc import Callable
from typing import Any

from services.intake.channels import app, chat, email, phone, referral, review, social
from services.intake.complaint import Parsed
from shared.contracts import (
    Inbound,
    InboundApp,
    InboundChat,
    InboundEmail,
    InboundPhone,
    InboundReferral,
    InboundReview,
    InboundSocial,
)

# Any: each parser takes its own message class, and the key says which.
PARSERS: dict[type[Inbound], Callable[[Any], Parsed]] = {
    InboundPhone: phone.parse,
    InboundChat: chat.parse,
    InboundEmail: email.parse,
    InboundSocial: social.parse,
    InboundApp: app.parse,
    InboundReview: review.parse,
    InboundReferral: referral.parse,
}


def parse(message: Inbound) -> Parsed:
    """Raises ValueError, without a word of the customer, where the bytes cannot be read at all."""
    return PARSERS[type(message)](message)
