"""Environment in, one settings object out. Read once at start; a wrong value stops the program."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args
from urllib.parse import urlsplit

from flask import current_app

from netcard.errors import Misconfigured

SignUp = Literal["open", "invite", "closed"]

CHECKOUT = Path(__file__).resolve().parent.parent
SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an operator can choose. See the table in README.md."""

    data: Path
    url: str
    database_url: str | None
    secret_key: str
    smtp_url: str | None
    signup: SignUp
    push_services: tuple[str, ...] = ()

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read the NETCARD_… variables.

        Makes the data folder (0700) and the secret (0600) where they do not exist yet.
        Raises `Misconfigured` with the variable's name when a value cannot be used.
        """
        data = Path(environ.get("NETCARD_DATA") or CHECKOUT / "var").absolute()
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        return cls(
            data=data,
            url=_public_url(environ.get("NETCARD_URL") or f"http://localhost:{environ.get('PORT') or 8000}"),
            database_url=_database_url(environ.get("NETCARD_DATABASE_URL")),
            secret_key=_secret(environ, data / "secret-key"),
            smtp_url=_smtp_url(environ.get("NETCARD_SMTP_URL")),
            signup=_one_of(environ, "NETCARD_SIGNUP", "open"),
            push_services=_origins(environ, "NETCARD_PUSH_SERVICES"),
        )

    @property
    def https(self) -> bool:
        """Whether phones reach this server safely; decides the cookie's name and flags."""
        return self.url.startswith("https://")

    @property
    def host(self) -> str:
        """Host and port of the public address, as a Host header carries it."""
        return urlsplit(self.url).netloc

    @property
    def local_only(self) -> bool:
        """Whether no other phone can open the public address."""
        return urlsplit(self.url).hostname in {"localhost", "127.0.0.1", "::1"}

    @property
    def media(self) -> Path:
        """The folder where photos and documents live."""
        return self.data / "media"


def settings() -> Settings:
    """The running application's settings."""
    return cast(Settings, current_app.extensions["netcard"])


def _public_url(value: str) -> str:
    """As browsers write it in Origin: the host in small letters, no port where it is the usual one."""
    wrong = Misconfigured(f"NETCARD_URL must look like https://cards.example.org, not {value!r}.")
    parts = urlsplit(value.rstrip("/"))
    try:
        port = parts.port
    except ValueError:
        raise wrong from None
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    if not usual or not parts.hostname or "@" in parts.netloc or parts.query or parts.fragment:
        raise wrong
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return parts._replace(netloc=host if port in (None, usual) else f"{host}:{port}").geturl()


def _database_url(value: str | None) -> str | None:
    if not value:
        return None
    for scheme in ("postgresql://", "postgres://", "postgresql+psycopg://"):
        if value.startswith(scheme):
            return "postgresql+psycopg://" + value.removeprefix(scheme)
    raise Misconfigured(
        "NETCARD_DATABASE_URL must begin with postgresql://; leave it out for the embedded database."
    )


def _smtp_url(value: str | None) -> str | None:
    """Of a password's own "#" or "/" a port would be read that is none, once the first mail is to go."""
    if not value:
        return None
    try:
        parts, _port = urlsplit(value), urlsplit(value).port
        right = parts.scheme in {"smtp", "smtps"} and parts.hostname
    except ValueError:
        right = False
    if not right:  # not repeated: there is a password in it
        raise Misconfigured(
            "NETCARD_SMTP_URL must look like smtps://user:password@mail.example.org:465, with %23 for a # "
            "and %2F for a / in the password."
        )
    return value


def _origins(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Origins of https, separated by commas; the usual port is left out."""
    found = []
    for value in filter(None, map(str.strip, environ.get(name, "").split(","))):
        wrong = Misconfigured(f"{name} must look like https://push.example.org,https://…, not {value!r}.")
        try:
            parts, port = urlsplit(value.rstrip("/")), urlsplit(value).port
        except ValueError:
            raise wrong from None
        host = (parts.hostname or "").lower()
        if parts.scheme != "https" or not host or ":" in host or "@" in parts.netloc:
            raise wrong
        if parts.path or parts.query or parts.fragment:
            raise wrong
        found.append(f"https://{host}" if port in (None, 443) else f"https://{host}:{port}")
    return tuple(found)


def _one_of(environ: Mapping[str, str], name: str, default: SignUp) -> SignUp:
    value = environ.get(name) or default
    if value not in get_args(SignUp):
        raise Misconfigured(f"{name} must be one of {', '.join(get_args(SignUp))}, not {value!r}.")
    return cast(SignUp, value)


def _secret(environ: Mapping[str, str], kept: Path) -> str:
    if path := environ.get("NETCARD_SECRET_KEY_FILE"):
        try:
            secret = Path(path).read_text().strip()
        except OSError as error:
            raise Misconfigured(f"NETCARD_SECRET_KEY_FILE cannot be read: {error}.") from error
    else:
        secret = environ.get("NETCARD_SECRET_KEY", "").strip() or _generated_secret(kept)
    if len(secret) < SECRET_BYTES:
        raise Misconfigured(f"The secret key must have at least {SECRET_BYTES} characters.")
    return secret


def _generated_secret(path: Path) -> str:
    """Several workers may start at once: the first link wins, all read the same."""
    if not path.exists():
        fresh = path.with_name(f".{path.name}-{os.getpid()}-{secrets.token_hex(4)}")
        with open(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(SECRET_BYTES))
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()
