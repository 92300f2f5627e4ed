"""The broker's address follows from the cache's."""

import pytest

from agencyhub.settings.celery import broker_url


@pytest.mark.parametrize(
    ("_case", "redis_url", "expected"),
    [
        ("socket", "unix:///a/valkey.sock?db=0", "redis+socket:///a/valkey.sock?virtual_host=1"),
        ("socket, no number", "unix:///a/v.sock", "redis+socket:///a/v.sock?virtual_host=1"),
        ("host", "redis://cache:6379/0", "redis://cache:6379/1"),
        ("password and TLS", "rediss://:pw@cache:6380/3", "rediss://:pw@cache:6380/4"),
        ("no number", "redis://cache", "redis://cache/1"),
    ],
)
def test_broker_url_is_the_next_database_of_the_same_server(
    _case: str, redis_url: str, expected: str
) -> None:
    assert broker_url(redis_url) == expected
