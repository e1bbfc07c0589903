"""The product by itself, on a broker and a database of its own: for what is compared with nobody else."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from deploy.backing import Backing
from deploy.processes import recorded, start_services, stop_services
from tests.load import lineup
from tests.load.contender import Contender
from tests.load.crews import Services
from tests.load.house_path import HousePath
from tests.load.letters import letter_box
from tests.load.publishing import Publisher, publisher
from tests.namespaces import namespace_in


@dataclass
class Alone:
    root: Path
    contender: Contender
    path: HousePath
    publisher: Publisher
    world: Mapping[str, list[int]]
    replicas: Mapping[str, int] = field(default_factory=dict)

    def start(self) -> None:
        crew = self.contender.crew
        assert isinstance(crew, Services)
        start_services(self.root, crew.backing, replicas=self.replicas, extra_env=crew.env)

    def stop(self) -> None:
        stop_services(self.root)

    def pids(self) -> dict[str, list[int]]:
        """Of the services, by name; all replicas of one together."""
        found: dict[str, list[int]] = {}
        for process in recorded(self.root).processes:
            found.setdefault(process.service, []).append(process.pid)
        return found


@asynccontextmanager
async def product_alone(root: Path, found: Backing, replicas: Mapping[str, int] | None = None) -> AsyncIterator[Alone]:
    """Running, and its adapters connected."""
    async with letter_box() as box:
        with namespace_in(found) as corner:
            contender = lineup.product(root, found, corner, box)
            assert isinstance(contender.path, HousePath)
            alone = Alone(root, contender, contender.path, Publisher({}), lineup.backing_pids(root), replicas or {})
            try:
                alone.start()
                async with publisher(dict(contender.path.users)) as out:
                    yield replace(alone, publisher=out)
            finally:
                alone.stop()
