"""Where push messages may go: known services, https, the public internet, and nowhere else."""

import socket

import pytest

from netcard.followups.reminding import services
from netcard.followups.reminding.services import NotReached, is_public, post, problem_of
from tests.push import PushService


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/dA-x:APA91b",
        "https://fcm.googleapis.com/wp/abc",
        "https://FCM.googleapis.com:443/wp/abc",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAAA",
        "https://web.push.apple.com/QGu",
        "https://wns2-par02p.notify.windows.com/w/?token=BQY%3d",
    ],
)
def test_the_services_of_the_browsers_are_known(endpoint: str) -> None:
    assert problem_of(endpoint, ()) is None


@pytest.mark.parametrize(
    "endpoint",
    [
        "", "x", "https://", "https:///x", "http://fcm.googleapis.com/wp/abc", "https://fcm.googleapis.com",
        "https://fcm.googleapis.com/", "https://fcm.googleapis.com:444/wp/a", "https://fcm.googleapis.com:x/wp/a",
        "https://me:secret@fcm.googleapis.com/wp/a", "https://fcm.googleapis.com@evil.example/wp/a",
        "https://evil.example/wp/a", "https://fcm.googleapis.com.evil.example/a",
        "https://xfcm.googleapis.com/a", "https://push.apple.com.evil/a", "https://evilpush.apple.com/a",
        "https://notify.windows.com/a", "https://127.0.0.1/a", "https://[::1]/a", "https://localhost/a",
        "https://fcm.googleapis.com\\@evil.example/a", "https://fcm.googleapis.com/a b",
        "https://fcm.googleapis.com/a\nHost: evil", "https://fcm.googleapis.com/a#b",
        "//fcm.googleapis.com/a",
        "https://fcm.googleapis.com./a", "https://fcm.googleapis.com/é", "file:///etc/passwd",
        "https://fcm.googleapis.com/" + "a" * 1000, "https://[fcm.googleapis.com/a",
        "https://.push.apple.com/a", "https://a..push.apple.com/a", "https://a%2f.push.apple.com/a",
    ],
)  # fmt: skip
def test_nothing_else_is_a_push_service(endpoint: str) -> None:
    assert problem_of(endpoint, ())
    with pytest.raises(ValueError, match="push service"):
        post(endpoint, {}, b"", ())


def test_an_origin_the_operator_trusts_is_one_and_its_neighbours_are_not() -> None:
    trusted = ("https://push.example.org", "https://push.example.org:8443")
    assert problem_of("https://push.example.org/a", trusted) is None
    assert problem_of("https://push.example.org:8443/a", trusted) is None
    assert problem_of("https://push.example.org:8444/a", trusted)
    assert problem_of("http://push.example.org/a", trusted)
    assert problem_of("https://a.push.example.org/a", trusted)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2001:db8::1", "fe80::1%eth0",
        "::7f00:1", "::ffff:0:7f00:1", "64:ff9b:1::7f00:1", "fec0::1",
    ],
)  # fmt: skip
def test_private_addresses_are_not_the_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["142.250.1.1", "2a00:1450:4001::5e", "::ffff:142.250.1.1", "64:ff9b::8efa:101"]
)
def test_public_addresses_are(address: str) -> None:
    assert is_public(address)


def leads_here(service: PushService, monkeypatch) -> list[str]:
    """Any name is answered once with this machine, where a service stands that has Google's own name in
    its certificate, and never again; the list tells how often was asked."""
    monkeypatch.setenv("SSL_CERT_FILE", str(service.certificate))
    port, asked = int(service.origin.rsplit(":")[-1]), []

    def answer(host: str, *_: object, **__: object) -> list[object]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))] if len(asked) == 1 else []

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked


def test_a_known_name_that_leads_into_the_house_is_not_called(service: PushService, monkeypatch) -> None:
    leads_here(service, monkeypatch)
    with pytest.raises(NotReached):
        post("https://fcm.googleapis.com/wp/a", {}, b"x", ())
    assert service.received == []


def test_the_address_that_was_checked_is_the_one_called(service: PushService, monkeypatch) -> None:
    """A name that answers differently the second time would pass a check made apart from the call."""
    asked, checked = leads_here(service, monkeypatch), []
    monkeypatch.setattr(services, "is_public", lambda address: not checked.append(address))
    assert post("https://fcm.googleapis.com/wp/a", {}, b"x", ()) == 201
    assert asked == ["fcm.googleapis.com"]
    assert checked == ["127.0.0.1"]


def test_a_trusted_service_is_reached_over_tls_alone(service: PushService, monkeypatch) -> None:
    endpoint = f"{service.origin}/a"
    with pytest.raises(NotReached):  # nobody vouches for its certificate
        post(endpoint, {}, b"x", (service.origin,))
    monkeypatch.setenv("SSL_CERT_FILE", str(service.certificate))
    assert post(endpoint, {"TTL": "1"}, b"x", (service.origin,)) == 201
    by_number = service.origin.replace("localhost", "127.0.0.1")
    with pytest.raises(NotReached):  # the certificate is for another name
        post(f"{by_number}/a", {}, b"x", (by_number,))
    assert len(service.received) == 1


def test_a_redirect_is_not_followed(service: PushService, monkeypatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(service.certificate))
    service.answers["/a"] = 307
    assert post(f"{service.origin}/a", {}, b"x", (service.origin,)) == 307
    assert [path for path, _, _ in service.received] == ["/a"]


@pytest.mark.parametrize("slow", ["the answer", "the way there"])
def test_a_service_that_answers_by_the_drop_is_left_in_the_end(monkeypatch, slow: str) -> None:
    """Each byte comes in time, the answer never, even where connecting used up the time."""
    import threading
    import time

    def connect(connection: services._Checked) -> None:
        if slow == "the way there":
            time.sleep(0.7)
        connection.sock = ours

    monkeypatch.setattr(services, "DEADLINE_SECONDS", 0.5)
    monkeypatch.setattr(services._Checked, "connect", connect)
    ours, theirs = socket.socketpair()
    ours.settimeout(5)
    over = threading.Event()

    def drip() -> None:
        with theirs:
            while not over.wait(0.05):
                try:
                    theirs.send(b"H")
                except OSError:
                    return

    dripping = threading.Thread(target=drip)
    dripping.start()
    try:
        with pytest.raises(NotReached):
            post("https://fcm.googleapis.com/wp/a", {}, b"x", ())
    finally:
        over.set()
        dripping.join()
