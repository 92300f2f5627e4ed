"""Addresses: how they are found without being shown, and how a screen may show them."""

from agencyhub.lib.crypto import blind_index

PURPOSE = "mail_address"
SHOWN = 1


def index_of(address: str) -> bytes:
    """The blind index of an address, whatever its case."""
    return blind_index(address.strip().lower(), purpose=PURPOSE)


def masked(address: str) -> str:
    """``ana.lopez@example.com`` becomes ``a•••@example.com``."""
    name, _, domain = address.strip().partition("@")
    return f"{name[:SHOWN]}•••@{domain}" if domain else ""
