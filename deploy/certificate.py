"""What a server of ours shows to those who connect, and what stands in its address then."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Certificate:
    """PEM files. `host` is the name that stands in the certificate; it has to lead to the loopback."""

    host: str
    authority: Path
    chain: Path
    key: Path
    chain_and_key: Path
    """As mongod wants it."""
