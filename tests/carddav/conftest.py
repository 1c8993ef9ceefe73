"""What the tests of the address book protocol stand on."""

from tests.carddav.inside import dav, dav_as  # noqa: F401
from tests.carddav.live import dav_server, device_for, phone, shared_dav_server  # noqa: F401
