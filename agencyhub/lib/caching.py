"""Django's cache in a Redis-protocol server, with a client that is kept."""

from typing import Any

from django.core.cache.backends import redis


class KeptClient(redis.RedisCacheClient):
    """Django makes a client for every command, which takes as long as the command itself.

    Clients hold nothing but the pool of connections that they take one from. Of several servers to
    read from, a process stays with the one that it met first.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._clients: dict[bool, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """The client of the server that Django chooses: the first writes, any reads."""
        if write not in self._clients:
            self._clients[write] = super().get_client(key, write=write)
        return self._clients[write]


class RedisCache(redis.RedisCache):
    """The cache of ``CACHES``."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = KeptClient
