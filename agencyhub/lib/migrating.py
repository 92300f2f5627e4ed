"""Every migration in one go."""

import functools
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.apps.registry import Apps
from django.core.management import call_command
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger

# Each operation renders models anew: cyclic objects by the ten thousand, for which Python would
# search a hundred times, a quarter of the whole time. Memory stays below 400 MB.
SEARCH_AFTER = (500_000, 5, 5)
Forwards = Callable[[Any, str, ProjectState], None]


def migrate(*, verbosity: int = 0) -> None:
    """Run what has not run yet."""
    before = gc.get_threshold()
    gc.set_threshold(*SEARCH_AFTER)
    try:
        with nothing_twice():
            call_command("migrate", interactive=False, verbosity=verbosity)
    finally:
        gc.set_threshold(*before)


@contextmanager
def nothing_twice() -> Iterator[None]:
    """Leave out work that operations repeat without a difference: two fifths of all of it.

    Models need not be rendered for a trigger: no operation reads a rendered model's triggers. And
    which setting names a swappable model stays the same, though every rendered model makes Django
    forget it and look through all models of the project for each key.

    Neither Django 5.2 nor django-pgtrigger has a setting or a hook for this: the command makes its
    own executor and states, and each model that is registered in any of them empties one cache that
    all share. So what they call is replaced while it runs, and put back whatever happens.
    """
    steady = functools.cache(functools.partial(Apps.get_swappable_settings_name, apps))
    with (
        _replaced(apps, "get_swappable_settings_name", steady),
        _replaced(AddTrigger, "state_forwards", _unrendered(AddTrigger.state_forwards)),
        _replaced(RemoveTrigger, "state_forwards", _unrendered(RemoveTrigger.state_forwards)),
    ):
        yield


def _unrendered(forwards: Forwards) -> Forwards:
    """The same change of the state, without new classes for the model and its relatives."""

    def change(operation: Any, app_label: str, state: ProjectState) -> None:
        with _replaced(state, "reload_model", lambda *_args, **_options: None):
            forwards(operation, app_label, state)

    return change


@contextmanager
def _replaced(owner: object, name: str, value: object) -> Iterator[None]:
    """Give a class or an instance an attribute for a while, and back what it had of its own."""
    own = vars(owner).get(name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        if own is None:
            delattr(owner, name)
        else:
            setattr(owner, name, own)
