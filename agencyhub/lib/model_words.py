"""The words of models: names, field names and help texts, in the reader's language.

Django takes them from the class, where nothing marks them for translation: most are made from the
name of a field. Marked here once, none can be forgotten, and no migration comes of it.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db.models import Field, Model
from django.utils import translation
from django.utils.translation import gettext_lazy

OURS = ("agencyhub", "individuals", "policies", "commissions", "integrations")


def translate() -> None:
    """Let every name and help text of our models follow the language of the moment."""
    with translation.override(None):
        for thing, name, text in _words():
            setattr(thing, name, gettext_lazy(text))


def texts() -> set[str]:
    """Everything that ``translate`` marks, in English."""
    with translation.override(None):
        return {text for _thing, _name, text in _words()}


def _words() -> Iterator[tuple[Any, str, str]]:
    for model in _models():
        meta = model._meta
        for thing, names in ((meta, ("verbose_name", "verbose_name_plural")), *_fields(model)):
            for name in names:
                if text := str(getattr(thing, name) or ""):
                    yield thing, name, text


def _fields(model: type[Model]) -> Iterator[tuple[Field[Any, Any], tuple[str, ...]]]:
    for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
        yield field, ("verbose_name", "help_text")


def _models() -> Iterable[type[Model]]:
    found = apps.get_models(include_auto_created=True)
    return (model for model in found if model.__module__.partition(".")[0] in OURS)
