"""Words of our own on the standard output, at once."""

import sys


def say(text: str) -> None:
    """Print a line of our own."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
