"""Primary keys as browsers and files send them."""

LARGEST = 2**63 - 1
DIGITS = len(str(LARGEST))


def read_pk(text: str) -> int | None:
    """Read a number that a row could have; None for anything else, however long it is."""
    if not (text.isascii() and text.isdigit() and len(text) <= DIGITS):
        return None
    pk = int(text)
    return pk if 0 < pk <= LARGEST else None
