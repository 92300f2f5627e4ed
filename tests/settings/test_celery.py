"""Celery's settings: where the broker is, which task goes where."""

import pytest
import redis
from django.conf import settings

from agencyhub.celery import app
from agencyhub.settings.celery import QUEUES, broker_url


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


class TestRouting:
    @pytest.mark.parametrize(
        ("name", "queue"),
        [
            ("integrations.tasks.sweep_inbox", "hooks"),
            ("integrations.tasks.beat_heartbeat", "hooks"),
            ("integrations.tasks.process_inbox", "hooks"),
            ("agencyhub.imports.tasks.import_file", "imports"),
            ("integrations.noyo.tasks.sync_groups", "nightly"),
            ("policies.tasks.send_digests", "mail"),
            ("policies.tasks.anything_else", "default"),
        ],
    )
    def test_puts_a_task_into_one_queue_only(self, name: str, queue: str) -> None:
        with app.connection_for_write() as connection:
            server = connection.default_channel.client
            server.flushdb()

            app.send_task(name, connection=connection)

            assert {key: server.llen(key) for key in QUEUES if server.llen(key)} == {queue: 1}
            server.flushdb()

    def test_keeps_the_queues_out_of_the_caches_database(self) -> None:
        with app.connection_for_write() as connection:
            number = connection.default_channel.client.connection_pool.connection_kwargs["db"]

        assert number == 1 + redis.Redis.from_url(settings.REDIS_URL).get_connection_kwargs()["db"]


class TestLimits:
    def test_redeliver_only_after_the_longest_task_must_have_ended(self) -> None:
        assert app.conf.task_soft_time_limit < app.conf.task_time_limit
        assert app.conf.broker_transport_options["visibility_timeout"] > app.conf.task_time_limit
