"""How test files are spread over pytest's workers."""

from xdist.scheduler import LoadFileScheduling

TOGETHER = "tests/journeys/"


class FilesButJourneysTogether(LoadFileScheduling):  # type: ignore[misc] # xdist ships no types
    """Each file is one worker's. All journeys are too: they share a house, and a second one would take longer than they do."""

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER if nodeid.startswith(TOGETHER) else str(super()._split_scope(nodeid))
