"""Every migration in one go."""

import gc

from django.core.management import call_command

# Each operation renders models anew: cyclic objects by the ten thousand, for which Python would
# search a hundred times, a quarter of the whole time. Memory stays below 400 MB.
SEARCH_AFTER = (500_000, 5, 5)


def migrate(*, verbosity: int = 0) -> None:
    """Run what has not run yet."""
    before = gc.get_threshold()
    gc.set_threshold(*SEARCH_AFTER)
    try:
        call_command("migrate", interactive=False, verbosity=verbosity)
    finally:
        gc.set_threshold(*before)
