"""What is the same for everyone: manifest, service worker, the shells and their promised hashes."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from netcard.pwa.shells import PAGES
from tests.people import Person

PAGE = pytest.mark.parametrize("page", PAGES)


def test_the_manifest_is_typed_and_may_be_cached_by_anyone(client: FlaskClient) -> None:
    answer = client.get("/manifest.webmanifest")
    assert answer.mimetype == "application/manifest+json"
    assert answer.cache_control.public
    assert answer.cache_control.max_age
    assert "Set-Cookie" not in answer.headers


def test_the_manifest_says_what_an_install_needs(client: FlaskClient) -> None:
    manifest = json.loads(client.get("/manifest.webmanifest").data)
    assert (manifest["id"], manifest["start_url"], manifest["scope"]) == ("/", "/", "/")
    assert manifest["display"] == "standalone"
    assert [each["url"] for each in manifest["shortcuts"]] == ["/capture", "/qr"]
    assert {"any", "maskable"} == {icon["purpose"] for icon in manifest["icons"]}
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"]}


def test_every_icon_of_the_manifest_is_there(client: FlaskClient) -> None:
    for icon in json.loads(client.get("/manifest.webmanifest").data)["icons"]:
        answer = client.get(icon["src"])
        assert answer.status_code == 200
        assert answer.mimetype == "image/png"


def test_the_manifest_is_the_same_for_owner_and_stranger(client: FlaskClient, ada: Person) -> None:
    assert ada.client.get("/manifest.webmanifest").data == client.get("/manifest.webmanifest").data


def test_the_worker_is_asked_for_anew_each_time(client: FlaskClient) -> None:
    answer = client.get("/service-worker.js")
    assert answer.mimetype == "text/javascript"
    assert answer.cache_control.no_cache
    again = client.get("/service-worker.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_every_kept_file_has_the_promised_hash(client: FlaskClient, ada: Person) -> None:
    promises = dict(precached(client))
    assert {f"/offline/{page}" for page in PAGES} <= promises.keys()
    for who in (client, ada.client):
        for address, integrity in promises.items():
            answer = who.get(address)
            assert answer.status_code == 200, address
            digest = base64.b64encode(hashlib.sha256(answer.data).digest()).decode()
            assert integrity == f"sha256-{digest}", address


def test_all_that_a_shell_loads_is_kept_with_it(client: FlaskClient) -> None:
    promises = dict(precached(client))
    for page in PAGES:
        html = client.get(f"/offline/{page}").text
        for address in re.findall(r'(?:src|href)="(/static/[^"]+)"', html):
            assert address in promises, f"{page} loads {address}"


def test_all_that_a_kept_script_imports_is_kept_with_it(client: FlaskClient) -> None:
    promises = dict(precached(client))
    for address in promises:
        if not address.endswith(".js") or "/htmx-" in address:
            continue
        for name in re.findall(r'(?:from|import\()\s*"(\.[^"]+)"', client.get(address).text):
            folder, steps = address.rsplit("/", 1)[0], name.split("/")
            while steps[0] in {".", ".."}:
                folder = folder.rsplit("/", 1)[0] if steps.pop(0) == ".." else folder
            assert f"{folder}/{'/'.join(steps)}" in promises, f"{address} imports {name}"


@PAGE
def test_a_shell_holds_nothing_of_the_one_who_fetches_it(page: str, client: FlaskClient, ada: Person) -> None:
    with ada.client.session_transaction() as session:
        session["_flashes"] = [("toast", {"text": "Saved: Margit Solheim.", "undo": None})]
    answer = ada.client.get(f"/offline/{page}")
    assert answer.data == client.get(f"/offline/{page}").data
    assert ada.email not in answer.text
    assert str(ada.id) not in answer.text
    assert "Solheim" not in answer.text
    assert answer.cache_control.public
    assert "Set-Cookie" not in answer.headers


def test_there_is_no_other_shell(client: FlaskClient) -> None:
    assert client.get("/offline/settings").status_code == 404
    assert client.get("/offline/..%2f..%2fwsgi").status_code == 404


def test_every_answer_is_signed_for_the_worker(client: FlaskClient, app: Flask) -> None:
    for address in ("/", "/livez", "/qr", "/nothing-here"):
        assert client.get(address).headers["Netcard-Build"] == app.config["BUILD"]


def precached(client: FlaskClient) -> Iterator[tuple[str, str]]:
    script = client.get("/service-worker.js").text
    listed = re.search(r"PRECACHED = new Map\(Object\.entries\((\{.*?\})\)\)", script)
    assert listed
    yield from json.loads(listed.group(1)).items()
