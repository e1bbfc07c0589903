"""Keys that casework derives from the deployment's secret: for codes, and for accounts that are counted and not told."""

import hmac
from dataclasses import dataclass, field

from shared.codes import code_of


@dataclass(frozen=True, slots=True)
class Keys:
    """Empty ones make nothing: who reads the rulebook without deciding by it needs none."""

    codes: bytes = field(default=b"", repr=False)
    accounts: bytes = field(default=b"", repr=False)

    def code(self, code_id: str) -> str:
        return code_of(_there(self.codes), code_id)

    def account(self, account_id: str) -> str:
        """The same for every complaint about the account, and nobody learns from it which one that is."""
        return hmac.digest(_there(self.accounts), account_id.encode(), "sha256").hex()[:32]


def _there(key: bytes) -> bytes:
    if not key:
        raise ValueError("this rulebook was read without keys")
    return key
