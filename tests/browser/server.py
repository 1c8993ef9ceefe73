"""A real server with a plug to pull, at a moment of the test's choosing."""

from pathlib import Path

import tests.server


class Server(tests.server.Server):
    """It serves `tests.browser.faulty`, which is netcard's own callable and dies where `die_at` says."""

    def __init__(self, data: Path, database_url: str | None) -> None:
        self._fault = data / "fault"
        super().__init__(
            data, database_url, app="tests.browser.faulty:app", NETCARD_TEST_FAULT=str(self._fault)
        )

    def die_at(self, moment: str) -> None:
        """Kill itself in the next capture, "before" or "after" its commit; "" for never."""
        self._fault.write_text(moment)

    def renew_worker(self) -> None:
        """Serve another service worker, as after an update, until the next start of a test."""
        self.die_at("newer worker")

    def wait_until_dead(self) -> None:
        """Until the fault has struck."""
        super().wait_until_dead()
        self._fault.unlink(missing_ok=True)
