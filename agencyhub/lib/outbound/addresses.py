"""Which addresses AgencyHub may call: public ones, and private ones that are named. Pure."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
NAT64 = ipaddress.ip_network("64:ff9b::/96")
METADATA = frozenset(
    ipaddress.ip_address(text)
    for text in ("168.63.129.16", "100.100.100.200", "192.0.0.192", "fd00:ec2::254")
)
"""Where clouds tell machines their secrets, besides the link-local address that most use."""


def is_allowed(address: Address, *, private: bool) -> bool:
    """Whether an address may be called: a public one, and ``private`` ones if the operator says so.

    Link-local addresses, where clouds answer questions about their machines, never are.
    """
    address = inner(address)
    if address.is_multicast or address.is_unspecified or address.is_link_local:
        return False
    if address in METADATA:
        return False
    is_old_private = isinstance(address, ipaddress.IPv6Address) and address.is_site_local
    return private or (address.is_global and not address.is_reserved and not is_old_private)


def inner(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for, if it does."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


@dataclass(frozen=True)
class Named:
    """The private hosts and networks that the operator named."""

    hosts: frozenset[tuple[str, int | None]]
    networks: tuple[Network, ...]

    def has(self, host: str, port: int, address: Address) -> bool:
        """Whether an address is meant: by its network, by its host, or by host and port."""
        name = host.strip("[]").rstrip(".").lower()
        if {(name, None), (name, port)} & self.hosts:
            return True
        plain = inner(address)
        return any(plain in network for network in self.networks)


@lru_cache(maxsize=16)
def read_named(entries: tuple[str, ...]) -> Named:
    """Read entries such as ``noyo.agency.lan``, ``127.0.0.1:8001``, ``::1`` and ``10.1.0.0/16``.

    Raises:
        ValueError: one is none of these.
    """
    hosts: set[tuple[str, int | None]] = set()
    networks: list[Network] = []
    for entry in (entry.strip() for entry in entries):
        if "/" in entry:
            networks.append(ipaddress.ip_network(entry))
        elif entry:
            hosts.add(_host_and_port(entry))
    return Named(frozenset(hosts), tuple(networks))


def _host_and_port(entry: str) -> tuple[str, int | None]:
    try:
        return str(ipaddress.ip_address(entry.strip("[]"))), None
    except ValueError:
        pass
    host, colon, port = entry.rpartition(":")
    if not colon:
        return _checked(entry), None
    return _checked(host.strip("[]")), int(port)


def _checked(host: str) -> str:
    name = host.rstrip(".").lower()
    if not name or set(name) & set(" *@?#,;"):
        msg = f"{host!r} is no host name, address or network"
        raise ValueError(msg)
    return name


def all_allowed(host: str, port: int, found: Iterable[str], named: Named) -> bool:
    """Whether every address that a name server gave for a host may be called."""
    addresses = [ipaddress.ip_address(text) for text in found]
    return all(is_allowed(address, private=named.has(host, port, address)) for address in addresses)
