"""One-time codes. Nobody stores one: who has the key derives it from the code's id, and only the customer's letter holds it."""

import hmac

DIGITS = 6
PURPOSE = "codes"
"""Of the key, among those that derive from the deployment's secret."""


def code_of(key: bytes, code_id: str) -> str:
    """Six digits, the same each time."""
    number = int.from_bytes(hmac.digest(key, code_id.encode(), "sha256")[:8], "big")
    return f"{number % 10**DIGITS:0{DIGITS}}"
