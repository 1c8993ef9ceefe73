"""A real server with a plug to pull, at a moment of the test's choosing."""

from datetime import datetime
from pathlib import Path

import tests.server


class Server(tests.server.Server):
    """It serves `tests.browser.faulty`, which is netcard's own callable and dies where `die_at` says."""

    def __init__(self, data: Path, database_url: str | None, **more: str) -> None:
        self._fault = data / "fault"
        self._clock = data / "clock"
        super().__init__(
            data,
            database_url,
            app="tests.browser.faulty:app",
            NETCARD_TEST_FAULT=str(self._fault),
            NETCARD_TEST_CLOCK=str(self._clock),
            **more,
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

    def set_clock(self, moment: datetime | None) -> None:
        """What time it is there from the next request on; None for the machine's own."""
        self._clock.write_text(moment.isoformat() if moment else "")
