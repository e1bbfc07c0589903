"""Bytes that nobody reads by accident: each is sealed with a key of its own, and that key is wrapped by the deployment's.

Erasing is dropping the wrapped key; the sealed bytes are noise from then on. AES-256-GCM both times.
"""

import os
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Sealed:
    body: bytes
    key: bytes
    """The wrapped key; empty once it was dropped."""


class Sealer:
    def __init__(self, wrapping_key: bytes) -> None:
        self._wrapping = AESGCM(wrapping_key)

    def seal(self, plain: bytes, about: str) -> Sealed:
        """`about` is bound to the seal: what was sealed for one id does not open for another."""
        key, nonces = os.urandom(KEY_BYTES), os.urandom(2 * NONCE_BYTES)
        body = nonces[:NONCE_BYTES] + AESGCM(key).encrypt(nonces[:NONCE_BYTES], plain, about.encode())
        wrapped = nonces[NONCE_BYTES:] + self._wrapping.encrypt(nonces[NONCE_BYTES:], key, about.encode())
        return Sealed(body, wrapped)

    def open(self, sealed: Sealed, about: str) -> bytes:
        """Raises `KeyError` when the key was dropped, `cryptography.exceptions.InvalidTag` when anything was changed."""
        if not sealed.key:
            raise KeyError(f"the key of {about!r} was dropped: its bytes are erased")
        key = self._wrapping.decrypt(sealed.key[:NONCE_BYTES], sealed.key[NONCE_BYTES:], about.encode())
        return AESGCM(key).decrypt(sealed.body[:NONCE_BYTES], sealed.body[NONCE_BYTES:], about.encode())
