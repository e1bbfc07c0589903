"""Reads as somebody sees it: casework says how much that is, and the views put dots over the rest."""

from dataclasses import dataclass

from deploy.cli import views
from services.casework.policies.organisation import Sight


@dataclass(frozen=True, slots=True)
class Sighted:
    """Asks the same views, in an agent's name. What casework has not heard of yet is shown behind dots."""

    reader: views.Views
    agent: str
    sight: Sight

    @classmethod
    def of(cls, reader: views.Views, complaint_id: str, agent: str) -> "Sighted":
        found = reader.one("casework", "sight", **{"complaint_id": complaint_id, "as": agent})
        return cls(reader, agent, Sight(found["sight"]) if found else Sight.MASKED)

    def one(self, service: str, path: str, **query: str) -> views.Document | None:
        return self.reader.one(service, path, **query, **self._told)

    def many(self, service: str, path: str, **query: str) -> list[views.Document]:
        return self.reader.many(service, path, **query, **self._told)

    @property
    def _told(self) -> dict[str, str]:
        return {"as": self.agent, "sight": self.sight}
