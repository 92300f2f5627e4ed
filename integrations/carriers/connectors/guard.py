"""Connections to the outside only: where a name leads is decided before anything is sent there.

The address that was judged is the one that is dialled, so a name server that answers differently
the second time changes nothing.
"""

import ipaddress
import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.conf import settings
from requests import PreparedRequest
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import ConnectionPool, HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.connection import create_connection

from integrations.carriers.problems import FORBIDDEN_ADDRESS, RetrieveError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_allowed(address: Address, *, private: bool) -> bool:
    """Whether a carrier may be reached there: public addresses, and private ones if told so.

    Link-local addresses, where clouds answer questions about their machines, never are.
    """
    address = _inner(address)
    if address.is_multicast or address.is_unspecified or address.is_link_local:
        return False
    return address.is_global or (private and (address.is_private or address.is_loopback))


def _inner(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for, if it does."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def resolve(host: str, port: int) -> list[str]:
    """Answer the addresses to dial for a host, the best one first.

    Raises:
        RetrieveError: one of its addresses is not allowed.
        OSError: it has none.
    """
    found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    texts = [str(info[4][0]).partition("%")[0] for info in found]
    private = settings.RETRIEVE_PRIVATE_ADDRESSES
    if not all(is_allowed(ipaddress.ip_address(text), private=private) for text in texts):
        raise RetrieveError(FORBIDDEN_ADDRESS)
    return texts


def dial(host: str, port: int, *, seconds: float, options: Any = None) -> socket.socket:
    """Connect to the first address of a host that answers.

    Raises:
        RetrieveError: as ``resolve``.
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
        """Connect straight to the carrier: a proxy would be judged in its place."""
        return super().get_connection_with_tls_context(request, verify, {}, cert)

    def request_url(self, request: PreparedRequest, proxies: Mapping[str, str] | None) -> str:
        """The path, as without a proxy."""
        return super().request_url(request, {})
