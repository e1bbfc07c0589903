"""What every test may ask for: the backing services, and a corner of them to itself."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings
from xdist.remote import Producer

from deploy.backing import Backing
from deploy.problem import SetupError
from tests.backing import Lease, provided, wait_for_the_end
from tests.namespaces import Namespace, namespace_in
from tests.scheduling import FilesButJourneysTogether

LEASE = pytest.StashKey[Lease]()

# Speed is measured by benchmarks: a busy machine fails no property.
settings.register_profile("untimed", deadline=None)
# Who asks whether a commit is good gets the same answer twice; new examples are looked for everywhere else.
settings.register_profile("the same each time", deadline=None, derandomize=True, database=None)
settings.load_profile("the same each time" if "CI" in os.environ else "untimed")


def pytest_configure(config: pytest.Config) -> None:
    if not _is_xdist_worker():
        config.stash[LEASE] = Lease()


def pytest_unconfigure(config: pytest.Config) -> None:
    if LEASE in config.stash:
        config.stash[LEASE].give_back()
        wait_for_the_end()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FilesButJourneysTogether | None:
    return FilesButJourneysTogether(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.fixture(scope="session")
def backing() -> Backing:
    """A real RabbitMQ and a real MongoDB. Where they cannot be had, this is an error that names the cure, never a skip."""
    try:
        return provided(os.environ.get("BACKING"))
    except SetupError as error:
        sentence = str(error)
    pytest.fail(sentence, pytrace=False)


@pytest.fixture
def namespace(backing: Backing) -> Iterator[Namespace]:
    """A virtual host and databases for one test."""
    with namespace_in(backing) as found:
        yield found


@pytest.fixture(scope="module")
def module_namespace(backing: Backing) -> Iterator[Namespace]:
    """A virtual host and databases that the tests of one module share."""
    with namespace_in(backing) as found:
        yield found


def _is_xdist_worker() -> bool:
    return "PYTEST_XDIST_WORKER" in os.environ
