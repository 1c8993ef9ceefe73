"""Settings: read once, refused loudly, no default secret."""

import stat
from multiprocessing.pool import ThreadPool
from pathlib import Path

import pytest

from netcard.config import Settings
from netcard.errors import Misconfigured


def read(folder: Path, **environ: str) -> Settings:
    return Settings.from_environment({"NETCARD_DATA": str(folder / "data"), **environ})


def test_the_first_run_needs_no_configuration(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert settings.url == "http://localhost:8000"
    assert settings.database_url is None
    assert settings.signup == "open"
    assert settings.local_only


def test_the_port_is_part_of_the_default_address(tmp_path: Path) -> None:
    assert read(tmp_path, PORT="9123").url == "http://localhost:9123"


def test_the_secret_is_generated_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    first, second = read(tmp_path), read(tmp_path)
    kept = tmp_path / "data" / "secret-key"
    assert first.secret_key == second.secret_key == kept.read_text()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_workers_that_start_at_once_agree_on_the_secret(tmp_path: Path) -> None:
    with ThreadPool(8) as pool:
        assert len({settings.secret_key for settings in pool.map(lambda _: read(tmp_path), range(8))}) == 1


def test_two_installations_have_different_secrets(tmp_path: Path) -> None:
    assert read(tmp_path / "a").secret_key != read(tmp_path / "b").secret_key


def test_a_short_secret_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="secret"):
        read(tmp_path, NETCARD_SECRET_KEY="hunter2")


def test_a_secret_comes_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("s" * 40 + "\n")
    assert read(tmp_path, NETCARD_SECRET_KEY_FILE=str(file)).secret_key == "s" * 40
    with pytest.raises(Misconfigured, match="NETCARD_SECRET_KEY_FILE"):
        read(tmp_path, NETCARD_SECRET_KEY_FILE=str(tmp_path / "missing"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NETCARD_URL", "cards.example.org"),
        ("NETCARD_URL", "ftp://cards.example.org"),
        ("NETCARD_URL", "https://cards.example.org/?a=b"),
        ("NETCARD_URL", "https://ada:secret@cards.example.org"),
        ("NETCARD_URL", "http://localhost:99999"),
        ("PORT", "eighty"),
        ("NETCARD_DATABASE_URL", "mysql://localhost/netcard"),
        ("NETCARD_SMTP_URL", "https://mail.example.org"),
        ("NETCARD_SMTP_URL", "smtp:mail.example.org"),
        ("NETCARD_SMTP_URL", "smtps://ada:pass#word@mail.example.org"),
        ("NETCARD_SMTP_URL", "smtps://mail.example.org:smtp"),
        ("NETCARD_SIGNUP", "maybe"),
    ],
)
def test_a_wrong_value_stops_the_program_and_names_the_variable(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(Misconfigured, match="NETCARD_URL" if name == "PORT" else name):
        read(tmp_path, **{name: value})


def test_an_https_address_is_known_as_one(tmp_path: Path) -> None:
    settings = read(tmp_path, NETCARD_URL="https://cards.example.org/")
    assert settings.https
    assert not settings.local_only
    assert settings.url == "https://cards.example.org"


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("HTTPS://Cards.Example.org:443/", "https://cards.example.org"),
        ("http://192.0.2.1:80", "http://192.0.2.1"),
        ("http://[2001:DB8::1]:8000", "http://[2001:db8::1]:8000"),
        ("https://example.org/Cards/", "https://example.org/Cards"),
    ],
)
def test_the_address_is_kept_as_browsers_write_it(tmp_path: Path, typed: str, url: str) -> None:
    """Else the origin check would refuse every form."""
    assert read(tmp_path, NETCARD_URL=typed).url == url
