"""Where AgencyHub connects to, and where it never does, whatever a name server answers."""

import http.server
import ipaddress
import socket
import threading

import pytest
from django import forms
from django.core.exceptions import ValidationError

from agencyhub.lib.outbound import checks, connections
from agencyhub.lib.outbound.addresses import is_allowed, read_named
from agencyhub.lib.outbound.connections import ForbiddenAddressError, resolve
from integrations.errors import PartnerRejectedError
from integrations.http import Client, Patience

PUBLIC, PRIVATE, LOOPBACK = "93.184.216.34", "10.1.2.3", "127.0.0.1"


@pytest.fixture
def names(monkeypatch):
    """A name server: each question is answered with the next of its answers, the last one stays."""
    answers: dict[str, list[list[str]]] = {}

    def answer(host, port, *_rest, **_options):
        try:
            found = [str(ipaddress.ip_address(host))]
        except ValueError:
            lists = answers.get(host)
            if not lists:
                raise socket.gaierror(socket.EAI_NONAME, "no such name") from None
            found = lists.pop(0) if len(lists) > 1 else lists[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found]

    monkeypatch.setattr(connections.socket, "getaddrinfo", answer)
    return answers


@pytest.fixture(autouse=True)
def _nothing_named(settings):
    settings.ALLOWED_PRIVATE_HOSTS = []
    settings.PUBLIC_URL = "https://hub.example.com"


class _Server(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        location = self.server.location  # type: ignore[attr-defined]
        self.send_response(302 if location else 200)
        self.send_header("Content-Length", "2")
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_words):
        """Say nothing."""


@pytest.fixture
def inside():
    """A server of our own network that nobody may reach through a partner's address."""
    server = http.server.ThreadingHTTPServer((LOOPBACK, 0), _Server)
    server.asked, server.location = [], ""  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def ask(address, path="/latest/meta-data/"):
    with Client(partner="acme", base_url=address, patience=Patience(retries=0)) as client:
        return client.call("GET", path)


@pytest.mark.parametrize(
    ("address", "by_default", "when_named"),
    [
        (PUBLIC, True, True),
        ("2606:2800:220:1::1", True, True),
        (LOOPBACK, False, True),
        (PRIVATE, False, True),
        ("192.168.1.1", False, True),
        ("100.64.0.1", False, True),
        ("::1", False, True),
        ("fd00::1", False, True),
        ("::ffff:10.0.0.1", False, True),
        ("64:ff9b::a00:1", False, True),
        ("fec0::1", False, True),
        ("::7f00:1", False, True),
        ("169.254.169.254", False, False),
        ("::ffff:169.254.169.254", False, False),
        ("64:ff9b::a9fe:a9fe", False, False),
        ("2002:a9fe:a9fe::1", False, False),
        ("fe80::1", False, False),
        ("0.0.0.0", False, False),
        ("224.0.0.1", False, False),
        ("ff02::1", False, False),
        ("168.63.129.16", False, False),
        ("100.100.100.200", False, False),
        ("fd00:ec2::254", False, False),
    ],
)
def test_an_address_is_public_or_named_and_never_that_of_a_clouds_secrets(
    address, by_default, when_named
):
    found = ipaddress.ip_address(address)

    assert is_allowed(found, private=False) is by_default
    assert is_allowed(found, private=True) is when_named


class TestNamed:
    @pytest.mark.parametrize(
        ("entry", "host", "port", "address", "is_meant"),
        [
            ("noyo.agency.lan", "NOYO.agency.lan.", 8443, PRIVATE, True),
            ("noyo.agency.lan", "other.agency.lan", 443, PRIVATE, False),
            ("noyo.agency.lan:8443", "noyo.agency.lan", 8443, PRIVATE, True),
            ("noyo.agency.lan:8443", "noyo.agency.lan", 6379, PRIVATE, False),
            ("10.1.0.0/16", "anything.example", 443, PRIVATE, True),
            ("10.1.0.0/16", "anything.example", 443, "10.2.0.1", False),
            ("10.1.0.0/16", "anything.example", 443, "::ffff:10.1.0.1", True),
            ("127.0.0.1:8001", LOOPBACK, 8001, LOOPBACK, True),
            ("127.0.0.1:8001", LOOPBACK, 5432, LOOPBACK, False),
            ("::1", "[::1]", 80, "::1", True),
            ("[::1]:8001", "::1", 8001, "::1", True),
        ],
    )
    def test_means_a_host_a_host_and_port_or_a_network(self, entry, host, port, address, is_meant):
        named = read_named((entry,))

        assert named.has(host, port, ipaddress.ip_address(address)) is is_meant

    @pytest.mark.parametrize("entry", ["*", "10.1.0.0/99", "host:many", "http://host", "a b"])
    def test_what_is_neither_is_an_error(self, entry):
        with pytest.raises(ValueError, match=r"."):
            read_named((entry,))


class TestResolve:
    def test_one_private_address_among_public_ones_refuses_the_name(self, names):
        names["partner.example"] = [[PUBLIC, PRIVATE]]

        with pytest.raises(ForbiddenAddressError):
            resolve("partner.example", 443)

    def test_answers_what_was_judged(self, names):
        names["partner.example"] = [[PUBLIC]]

        assert resolve("partner.example", 443) == [PUBLIC]

    def test_our_own_address_may_lie_inside(self, names, settings):
        names["hub.example.com"] = [[PRIVATE]]

        assert resolve("hub.example.com", 443) == [PRIVATE]
        with pytest.raises(ForbiddenAddressError):
            resolve("hub.example.com", 6379)

    def test_a_name_with_a_label_that_is_too_long_is_a_name_that_nobody_knows(self):
        with pytest.raises(OSError, match="no such name"):
            resolve(f"{'a' * 64}.example", 443)


class TestClient:
    @pytest.mark.parametrize("address", ["127.0.0.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"])
    def test_reaches_nothing_inside_however_it_is_written(self, inside, address):
        with pytest.raises(PartnerRejectedError) as refusal:
            ask(f"http://{address}:{inside.server_port}")

        assert "ALLOWED_PRIVATE_HOSTS" in refusal.value.message
        assert inside.asked == []

    def test_a_name_that_turns_inwards_after_it_was_judged_is_not_asked_again(
        self, names, inside, settings
    ):
        """DNS rebinding: public while judged, ours when dialled."""
        names["partner.example"] = [[PUBLIC], [LOOPBACK]]
        dialled = []

        def record(address, *_rest, **_options):
            dialled.append(address)
            raise TimeoutError

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(connections, "create_connection", record)
            with pytest.raises(Exception, match="no answer"):
                ask("http://partner.example")

        assert dialled == [(PUBLIC, 80)]

    def test_a_name_that_was_saved_while_public_is_judged_at_every_call(self, names, inside):
        names["partner.example"] = [[PUBLIC], [LOOPBACK]]
        checks.check_url("https://partner.example/api")

        with pytest.raises(PartnerRejectedError):
            ask(f"http://partner.example:{inside.server_port}")

        assert inside.asked == []

    def test_reaches_what_is_named(self, inside, settings):
        settings.ALLOWED_PRIVATE_HOSTS = [f"127.0.0.1:{inside.server_port}"]

        assert ask(f"http://127.0.0.1:{inside.server_port}", "/things").json() == {}
        assert inside.asked == ["/things"]

    def test_does_not_follow_a_redirect(self, inside, settings):
        settings.ALLOWED_PRIVATE_HOSTS = [f"127.0.0.1:{inside.server_port}"]
        inside.location = "http://169.254.169.254/latest/meta-data/"

        with pytest.raises(PartnerRejectedError) as refusal:
            ask(f"http://127.0.0.1:{inside.server_port}", "/things")

        assert (refusal.value.status, inside.asked) == (302, ["/things"])

    def test_takes_no_proxy_of_the_environment(self, inside, monkeypatch, settings):
        """A proxy would be judged in the partner's place."""
        settings.ALLOWED_PRIVATE_HOSTS = [f"127.0.0.1:{inside.server_port}"]
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{inside.server_port}")

        with pytest.raises(PartnerRejectedError):
            ask("http://10.0.0.7")

        assert inside.asked == []

    @pytest.mark.parametrize("scheme", ["file", "ftp", "gopher", "unix"])
    def test_speaks_http_only(self, scheme):
        with pytest.raises(PartnerRejectedError):
            ask(f"{scheme}://partner.example", "/etc/passwd")


class _HostForm(forms.Form):
    host = forms.CharField()
    port = forms.IntegerField()

    def clean(self):
        checks.check_host(self)


class TestChecks:
    @pytest.mark.parametrize(
        ("url", "words"),
        [
            ("https://169.254.169.254/latest", "private network"),
            ("https://[::1]/", "private network"),
            ("https://ours.example/", "private network"),
            ("https://user:word@partner.example/", "username"),
            ("https://@partner.example/", "username"),
            ("https://partner.example/#x", "username"),
            ("https://partner.example/?key=1", "username"),
            ("http://partner.example/", "begins with https"),
            ("http://127.0.0.1/", "begins with https"),
            ("ftp://partner.example/", "begins with https"),
            ("javascript:alert(1)", "begins with https"),
            ("https:///path", "begins with https"),
            ("https://partner.example:99999/", "not an address"),
            ("https://[partner/", "not an address"),
        ],
    )
    def test_says_what_is_wrong_with_an_address(self, names, url, words):
        names |= {"partner.example": [[PUBLIC]], "ours.example": [[PRIVATE]]}

        with pytest.raises(ValidationError, match=words):
            checks.check_url(url)

    def test_keeps_a_good_address_and_a_name_that_nobody_knows_yet(self, names):
        names["partner.example"] = [[PUBLIC]]

        for url in ("https://partner.example:8443/api", "https://soon.example/api"):
            assert checks.check_url(url) == url

    def test_http_is_for_named_hosts(self, names, settings):
        settings.ALLOWED_PRIVATE_HOSTS = ["ours.example:8001"]
        names["ours.example"] = [[PRIVATE]]

        assert checks.check_url("http://ours.example:8001/") == "http://ours.example:8001/"

    def test_a_host_is_refused_at_its_field(self, names):
        names["ours.example"] = [[PRIVATE]]
        form = _HostForm({"host": "ours.example", "port": "22"})

        assert "private network" in form.errors["host"][0]
