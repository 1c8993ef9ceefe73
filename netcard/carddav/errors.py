"""What is refused, in the protocol's own words."""

from collections.abc import Mapping


class DavError(Exception):
    """An answer that is no success.

    `condition` is the pre- or postcondition that failed (RFC 4918, section 16), as an element with
    one of the prefixes of `xml.PREFIXES`; `description` a sentence for whoever reads the log.
    """

    def __init__(
        self,
        status: int,
        condition: str = "",
        description: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {condition} {description}".strip())
        self.status = status
        self.condition = condition
        self.description = description
        self.headers = headers or {}


def not_found() -> DavError:
    """Nothing by that address, or nothing that is the asker's: the two must look the same."""
    return DavError(404)


def bad_request(description: str) -> DavError:
    """A request that does not follow the protocol."""
    return DavError(400, description=description)
