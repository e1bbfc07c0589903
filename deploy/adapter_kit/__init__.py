"""The kit for channel adapters, ours and third parties': what was handed over is kept until the broker has it. docs/adapters.md."""

from deploy.adapter_kit.kit import AdapterKit, Identity, MessageRefused, NotTaken
from deploy.adapter_kit.link import Refusal
from deploy.adapter_kit.spool import Spool

__all__ = ["AdapterKit", "Identity", "MessageRefused", "NotTaken", "Refusal", "Spool"]
