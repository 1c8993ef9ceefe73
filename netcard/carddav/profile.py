"""What a phone is handed to set itself up by: addresses, DAVx5's link, Apple's configuration profile.

Pure: values in, text or bytes out.
"""

import plistlib
from dataclasses import dataclass
from urllib.parse import quote, urlsplit
from uuid import UUID, uuid5

from netcard.carddav.blueprint import ROOT

PROFILE_TYPE = "application/x-apple-aspen-config"
USUAL_PORT = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Connection:
    """One device's way into one address book. `base` is NETCARD_URL."""

    base: str
    account_id: UUID
    app_password_id: UUID
    email: str
    secret: str

    @property
    def server(self) -> str:
        """The address to type by hand, with its closing slash: some clients do not add it."""
        return server_address(self.base)

    @property
    def principal(self) -> str:
        """The path where a client learns whose book it is (RFC 3744, section 2)."""
        return f"{urlsplit(self.base).path}{ROOT}principals/{self.account_id}/"


def server_address(base: str) -> str:
    """Where the address book protocol begins."""
    return f"{base}{ROOT}"


def davx5_link(to: Connection) -> str:
    """The link that opens DAVx5's sign-in with everything filled in; it asks for TLS where we have it.

    DAVx5 takes `carddav` for http and `carddavs` for https, undoes the percents and only then cuts
    what stands before the @ at each colon; so no part may hold one, and no e-mail of ours does.
    (LoginActivity.loginInfoFromIntent in bitfireAT/davx5-ose; its manifest lets a browser open these.)
    """
    parts = urlsplit(to.server)
    scheme = "carddavs" if parts.scheme == "https" else "carddav"
    return f"{scheme}://{quote(to.email, safe='')}:{quote(to.secret, safe='')}@{parts.netloc}{parts.path}"


def phone_address(base: str, token: str) -> str:
    """The address of a ticket as a code holds it: in capitals where no path of the base could mind.

    Capitals need 5.5 bits each and other bytes 8, which makes a coarser code that more cameras read.
    """
    address = f"{base}/phone/{token}"
    return address if urlsplit(base).path else address.upper()


def mobileconfig(to: Connection) -> bytes:
    """The profile that adds the account to an iPhone, iPad or Mac.

    Keys as Apple lists them (Device Management, "CardDAV", "TopLevel" and "CommonPayloadKeys"). The
    identifier is the account's, so that setting the same phone up anew replaces what was there and
    does not add every person a second time; the UUIDs are the app password's.
    """
    parts = urlsplit(to.base)
    host = parts.hostname or ""
    name = ".".join([*reversed(host.split(".")), "netcard", to.account_id.hex])
    account = {
        "PayloadType": "com.apple.carddav.account",
        "PayloadVersion": 1,
        "PayloadIdentifier": f"{name}.contacts",
        "PayloadUUID": _uuid(to, "account"),
        "PayloadDisplayName": "netcard contacts",
        "CardDAVAccountDescription": "netcard",
        "CardDAVHostName": host,
        "CardDAVPort": parts.port or USUAL_PORT[parts.scheme],
        "CardDAVPrincipalURL": to.principal,
        "CardDAVUseSSL": parts.scheme == "https",
        "CardDAVUsername": to.email,
        "CardDAVPassword": to.secret,
    }
    profile = {
        "PayloadType": "Configuration",
        "PayloadVersion": 1,
        "PayloadIdentifier": name,
        "PayloadUUID": _uuid(to, "profile"),
        "PayloadDisplayName": "netcard contacts",
        "PayloadDescription": "Adds the people you keep in netcard to Contacts, and keeps both in step. "
        "Removing this profile takes them off this device again; netcard keeps them.",
        "PayloadOrganization": f"netcard at {parts.netloc}",
        "PayloadRemovalDisallowed": False,
        "PayloadContent": [account],
    }
    return plistlib.dumps(profile)


def _uuid(to: Connection, part: str) -> str:
    return str(uuid5(to.app_password_id, part)).upper()
