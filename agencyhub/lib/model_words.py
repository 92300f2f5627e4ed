"""The words of models: names, field names and help texts, in the reader's language.

Django takes them from the class, where nothing marks them for translation: most are made from the
name of a field. Marked here once, none can be forgotten, and no migration comes of it.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

OURS = (
    "agencyhub", "individuals", "policies", "documents", "groups", "commissions", "eoi",
    "integrations",
)  # fmt: skip
# Everything that ``translate`` has marked, in English.
texts: set[str] = set()


def translate() -> None:
    """Let every name and help text of our models follow the language of the moment."""
    with translation.override(None):
        for thing, name, text in list(_words()):
            texts.add(text)
            setattr(thing, name, gettext_lazy(text))


def _words() -> Iterator[tuple[Any, str, str]]:
    for model in apps.get_models():
        meta = model._meta
        if model.__module__.partition(".")[0] not in OURS:
            continue
        yield from _unmarked(meta, "verbose_name")
        if "verbose_name_plural" in meta.original_attrs:
            yield from _unmarked(meta, "verbose_name_plural")
        else:  # Django's own: the name and an "s"
            yield meta, "verbose_name_plural", str(meta.verbose_name_plural)
        for field in (*meta.local_fields, *meta.local_many_to_many):
            yield from _unmarked(field, "verbose_name")
            if field.editable:
                yield from _unmarked(field, "help_text")


def _unmarked(thing: Any, name: str) -> Iterator[tuple[Any, str, str]]:
    text = getattr(thing, name)
    if text and not isinstance(text, Promise):
        yield thing, name, text
