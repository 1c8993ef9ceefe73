"""The push services of browsers: who may be sent to, and how.

An endpoint is an address that somebody's browser named, and this server is to send a request there. So only
known services are taken, over https at the usual port, and only at addresses of the public internet: the
one that is checked is the one that is connected to.
"""

import http.client
import re
import socket
import ssl
import threading
from collections.abc import Collection, Mapping
from contextlib import closing, suppress
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

KNOWN = ("fcm.googleapis.com",)
"""Chrome, Edge on Android, Samsung Internet, Opera."""

KNOWN_UNDER = (".push.services.mozilla.com", ".push.apple.com", ".notify.windows.com")
"""Firefox; Safari; Edge on Windows, which names a server for each region."""

ENDPOINT = 1000
TIMEOUT_SECONDS = 10
DEADLINE_SECONDS = 30
MOST_ANSWER = 4096

NAT64 = IPv6Network("64:ff9b::/96")
GLOBAL_UNICAST = IPv6Network("2000::/3")
"""All of IPv6 that is given out for the internet so far (IANA, IPv6 Global Unicast Address Assignments)."""


class NotReached(Exception):
    """No answer came, so the message may be sent again."""


def problem_of(endpoint: str, trusted: Collection[str]) -> str | None:
    """What is wrong with an endpoint, as a sentence. `trusted` are origins the operator vouches for."""
    wrong = "This browser named no address that messages can go to."
    if len(endpoint) > ENDPOINT or not re.fullmatch(r"[!-~]+", endpoint) or "\\" in endpoint:
        return wrong
    try:
        parts, port = urlsplit(endpoint), urlsplit(endpoint).port
    except ValueError:
        return wrong
    host = (parts.hostname or "").lower()
    if parts.scheme != "https" or not host or "@" in parts.netloc or "#" in endpoint or len(parts.path) < 2:
        return wrong
    if origin_of(endpoint) in trusted:
        return None
    known = host in KNOWN or (host.endswith(KNOWN_UNDER) and re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", host))
    if port not in (None, 443) or not known:
        return "netcard does not know this browser’s push service."
    return None


def origin_of(endpoint: str) -> str:
    """Scheme, host and port, the port left out where it is the usual one (RFC 6454, section 6)."""
    parts = urlsplit(endpoint)
    port = f":{parts.port}" if parts.port not in (None, 443) else ""
    return f"{parts.scheme}://{(parts.hostname or '').lower()}{port}"


def post(endpoint: str, headers: Mapping[str, str], body: bytes, trusted: Collection[str]) -> int:
    """Hand a message to a push service (RFC 8030, section 5); gives the status of its answer.

    Redirects are not followed, and no proxy is asked. Raises ValueError for an endpoint that must not be
    sent to, `NotReached` where no answer came in time.
    """
    if problem_of(endpoint, trusted):
        raise ValueError("not a push service")
    parts = urlsplit(endpoint)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    connection = _Checked(parts.hostname or "", parts.port or 443, anywhere=origin_of(endpoint) in trusted)
    with closing(connection):
        late = threading.Timer(DEADLINE_SECONDS, connection.hang_up)  # an answer may come byte by byte
        late.daemon = True
        late.start()
        try:
            connection.connect()
            if not late.is_alive():  # it found nothing to hang up yet: the name or the way took too long
                raise TimeoutError
            connection.request("POST", target, body, dict(headers))
            answer = connection.getresponse()
            with suppress(OSError, http.client.HTTPException, ValueError):
                answer.read(MOST_ANSWER)
            return answer.status
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NotReached(type(error).__name__) from error
        finally:
            late.cancel()


class _Checked(http.client.HTTPConnection):
    """HTTPS to an address that was looked at; the certificate is checked against the name."""

    default_port = http.client.HTTPS_PORT

    def __init__(self, host: str, port: int, *, anywhere: bool) -> None:
        super().__init__(host, port, timeout=TIMEOUT_SECONDS)
        self._anywhere = anywhere

    def connect(self) -> None:
        raw = _reach(self.host, self.port, anywhere=self._anywhere)
        try:
            self.sock = ssl.create_default_context().wrap_socket(raw, server_hostname=self.host)
        except BaseException:
            raw.close()
            raise

    def hang_up(self) -> None:
        """End it from another thread."""
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)


def _reach(host: str, port: int, *, anywhere: bool) -> socket.socket:
    """Connect to the first of the name's addresses that may be, and can be, reached. Raises OSError."""
    fault: OSError = OSError(f"{host} has no public address")
    for family, kind, protocol, _name, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        if not (anywhere or is_public(str(place[0]))):
            continue
        raw = socket.socket(family, kind, protocol)
        raw.settimeout(TIMEOUT_SECONDS)
        try:
            raw.connect(place)
        except OSError as error:
            raw.close()
            fault = error
        else:
            return raw
    raise fault


def is_public(address: str) -> bool:
    """Whether an address is one of the public internet, also where it wraps one of IPv4."""
    ip: IPv4Address | IPv6Address = ip_address(address)
    if isinstance(ip, IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in NAT64:
            inner = IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is None and ip not in GLOBAL_UNICAST:
            return False
        ip = inner or ip
    return ip.is_global and not ip.is_multicast
