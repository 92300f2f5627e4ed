"""The one way in which a key of 32 bytes is written. Imports no Django: the settings ask it too."""

import base64
import binascii

KEY_BYTES = 32


def decode_key(text: str) -> bytes:
    """Read a base64url key of 32 bytes, padded or not, or raise ``ValueError`` with what is wrong.

    The message is the end of a sentence and quotes nothing of the key.
    """
    padded = text.strip() + "=" * (-len(text.strip()) % 4)
    try:
        key = base64.b64decode(padded, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        msg = "is not a base64url key"
        raise ValueError(msg) from error
    if len(key) != KEY_BYTES:
        msg = f"is a key of {len(key)} bytes where {KEY_BYTES} are needed"
        raise ValueError(msg)
    return key
