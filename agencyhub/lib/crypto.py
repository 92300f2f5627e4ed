"""Sealing of health identifiers: AES-256-GCM under a key ring, and a keyed exact-search index."""

import hashlib
import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from agencyhub.lib.errors import DomainError
from agencyhub.lib.keys import decode_key

VERSION = b"\x01"
KEY_ID_BYTES = 4
NONCE_BYTES = 12
HMAC_BLOCK = 64  # of SHA-256, RFC 2104


class UnreadableSecretError(DomainError):
    """The sealed value opens with none of the configured keys, or was moved to another column."""

    code = "unreadable_secret"


def key_id(key: bytes) -> bytes:
    """Name a key by its digest, so that a sealed value says which key opens it."""
    return hashlib.sha256(b"agencyhub key id" + key).digest()[:KEY_ID_BYTES]


@dataclass(frozen=True)
class KeyRing:
    """Keys that can open, the first of which seals."""

    ciphers: dict[bytes, AESGCM]
    newest: bytes

    @classmethod
    def from_texts(cls, texts: Sequence[str]) -> "KeyRing":
        """Build a ring from base64url keys, newest first."""
        keys = [decode_key(text) for text in texts]
        return cls({key_id(key): AESGCM(key) for key in keys}, key_id(keys[0]))

    def seal(self, plain: bytes, *, purpose: str) -> bytes:
        """Encrypt for one ``purpose`` (``table.column``); the bytes open for no other purpose."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self.ciphers[self.newest].encrypt(nonce, plain, purpose.encode())
        return VERSION + self.newest + nonce + sealed

    def seal_many(self, plains: Sequence[bytes], *, purpose: str) -> list[bytes]:
        """``seal`` for whole columns: random bytes are fetched once, names are looked up once."""
        encrypt = self.ciphers[self.newest].encrypt
        head, place = VERSION + self.newest, purpose.encode()
        random = os.urandom(NONCE_BYTES * len(plains))
        nonces = (random[at : at + NONCE_BYTES] for at in range(0, len(random), NONCE_BYTES))
        return [
            head + nonce + encrypt(nonce, plain, place)
            for nonce, plain in zip(nonces, plains, strict=True)
        ]

    def open(self, sealed: bytes, *, purpose: str) -> bytes:
        """Decrypt what ``seal`` made.

        Raises:
            UnreadableSecretError: unknown key, other purpose, or altered bytes.
        """
        identity = sealed[1 : 1 + KEY_ID_BYTES]
        body = 1 + KEY_ID_BYTES
        cipher = self.ciphers.get(identity)
        if sealed[:1] != VERSION or cipher is None:
            msg = "This value was sealed with a key that is not configured. Restore the old key."
            raise UnreadableSecretError(msg)
        nonce = sealed[body : body + NONCE_BYTES]
        try:
            return cipher.decrypt(nonce, sealed[body + NONCE_BYTES :], purpose.encode())
        except InvalidTag as error:
            msg = "This sealed value was altered or belongs to another field."
            raise UnreadableSecretError(msg) from error

    def is_current(self, sealed: bytes) -> bool:
        """Whether ``sealed`` uses the newest key."""
        return sealed[1 : 1 + KEY_ID_BYTES] == self.newest


@lru_cache(maxsize=8)
def _ring_for(texts: tuple[str, ...]) -> KeyRing:
    return KeyRing.from_texts(texts)


def key_ring() -> KeyRing:
    """The ring of the running configuration (``FIELD_ENCRYPTION_KEYS``)."""
    return _ring_for(tuple(settings.FIELD_ENCRYPTION_KEYS))


def blind_index(value: str, *, purpose: str, key: str = "") -> bytes:
    """Return 32 bytes that are equal for equal values and tell nothing else.

    The index key is not part of the rotating ring: rotating it means computing every index again
    (``rotate_field_keys`` does both). ``key`` is another one than the configured.
    """
    secret = decode_key(key or settings.BLIND_INDEX_KEY)
    return hmac.digest(secret, purpose.encode() + b"\x00" + value.encode(), "sha256")


def blind_indexes(values: Sequence[str], *, purpose: str) -> list[bytes]:
    """``blind_index`` for whole columns: the key is worked into the digest once, not per value."""
    key = decode_key(settings.BLIND_INDEX_KEY)
    key = (hashlib.sha256(key).digest() if len(key) > HMAC_BLOCK else key).ljust(HMAC_BLOCK, b"\0")
    inner = hashlib.sha256(bytes(one ^ 0x36 for one in key) + purpose.encode() + b"\x00")
    outer = hashlib.sha256(bytes(one ^ 0x5C for one in key))
    found = []
    for value in values:
        first = inner.copy()
        first.update(value.encode())
        second = outer.copy()
        second.update(first.digest())
        found.append(second.digest())
    return found
