"""Python's memory, where work in bulk has to think of it."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_cycles_sought() -> Iterator[None]:
    """Let the block make objects by the ten thousand without a search for cycles among them.

    All of them are in use until it ends, so every search would find nothing; together they took a
    third of the processor's time. Keep the block short: other threads do without it as well.
    """
    was_seeking = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_seeking:
            gc.enable()
