"""Connections to the outside only: where a name leads is decided before anything is sent there.

The address that was judged is the one that is dialled, so a name server that answers differently
the second time changes nothing.
"""

import ipaddress
import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_noop
from requests import PreparedRequest
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import ConnectionPool, HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.connection import create_connection

from agencyhub.lib.outbound.addresses import Named, all_allowed, read_named

FORBIDDEN = gettext_noop(
    "The address leads into a private network, so AgencyHub does not open it. Enter a public "
    "address, or have the host named in ALLOWED_PRIVATE_HOSTS."
)
PORTS = {"http": 80, "https": 443, "sftp": 22}


class ForbiddenAddressError(Exception):
    """The address is one that AgencyHub does not call; nothing was sent. Names no address."""

    def __init__(self) -> None:
        super().__init__(FORBIDDEN)


def named() -> Named:
    """The private hosts that may be called: those of the setting, and our own address."""
    own = urlsplit(settings.PUBLIC_URL)
    port = own.port or PORTS.get(own.scheme, 443)
    shown = f"[{own.hostname}]" if ":" in (own.hostname or "") else own.hostname
    return read_named((*settings.ALLOWED_PRIVATE_HOSTS, f"{shown}:{port}"))


def resolve(host: str, port: int) -> list[str]:
    """Answer the addresses to dial for a host, the best one first.

    Raises:
        ForbiddenAddressError: one of its addresses may not be called.
        OSError: it has none.
    """
    texts = _addresses(host, port)
    if not all_allowed(host, port, texts, named()):
        raise ForbiddenAddressError
    return texts


def is_named(host: str, port: int) -> bool:
    """Whether the operator named a host, so that plain HTTP may be used towards it."""
    try:
        texts = _addresses(host, port)
    except OSError:
        return False
    return all(named().has(host, port, ipaddress.ip_address(text)) for text in texts)


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a label that is too long, or empty
        raise socket.gaierror(socket.EAI_NONAME, "no such name") from error
    return [str(info[4][0]).partition("%")[0] for info in found]


def dial(host: str, port: int, *, seconds: float, options: Any = None) -> socket.socket:
    """Connect to the first address of a host that answers.

    Raises:
        ForbiddenAddressError: as ``resolve``.
        OSError: nobody answers.
    """
    addresses = resolve(host, port)
    for address in addresses[:-1]:
        with suppress(OSError):
            return create_connection((address, port), seconds, socket_options=options)
    return create_connection((addresses[-1], port), seconds, socket_options=options)


class _Dial:
    """Puts the judged address into a connection of urllib3; the name stays for TLS and Host."""

    def _new_conn(self: Any) -> socket.socket:
        seconds = settings.PARTNER_TIMEOUT[0]
        try:
            options = self.socket_options
            return dial(self._dns_host, self.port, seconds=seconds, options=options)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "the connection took too long") from error
        except OSError as error:
            raise NewConnectionError(self, "no connection") from error


class _PlainConnection(_Dial, HTTPConnection):
    pass


class _TlsConnection(_Dial, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class GuardedAdapter(HTTPAdapter):
    """An adapter of requests that dials allowed addresses only, and no proxy."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Use guarded connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _TlsPool}

    def get_connection_with_tls_context(
        self,
        request: PreparedRequest,
        verify: bool | str | None,
        proxies: Mapping[str, str] | None = None,
        cert: Any = None,
    ) -> ConnectionPool:
        """Connect straight to the partner: a proxy would be judged in its place."""
        return super().get_connection_with_tls_context(request, verify, {}, cert)

    def request_url(self, request: PreparedRequest, proxies: Mapping[str, str] | None) -> str:
        """The path, as without a proxy."""
        return super().request_url(request, {})
