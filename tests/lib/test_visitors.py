import pytest
from django.test import RequestFactory

from agencyhub.lib.visitors import address_of

PROXY = "10.0.0.1"


def ask(forwarded: str | None):
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return RequestFactory().get("/", REMOTE_ADDR=PROXY, **headers)


@pytest.mark.parametrize(
    ("_case", "proxies", "forwarded", "expected"),
    [
        ("no proxy: the header is the sender's word", 0, "203.0.113.9", PROXY),
        ("one proxy", 1, "203.0.113.9", "203.0.113.9"),
        ("one proxy, and a made-up hop", 1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("two proxies", 2, "198.51.100.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("past a proxy", 2, "203.0.113.9", PROXY),
        ("without the header", 1, None, PROXY),
        ("no address", 1, "unknown", PROXY),
        ("version 6", 1, "2001:DB8::1", "2001:db8::1"),
    ],
)
def test_address_is_what_the_outermost_proxy_saw(_case, proxies, forwarded, expected, settings):
    settings.TRUSTED_PROXIES = proxies

    assert address_of(ask(forwarded)) == expected
