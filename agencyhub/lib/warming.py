"""What the first visitor of each page would wait for otherwise, done while the web server starts.

Importing pages, compiling templates, reading catalogues and learning how addresses are written
takes seconds of processor time. Nothing here asks the database or another server, so it may be
done before processes fork and be shared by all of them.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import structlog
from django.conf import settings
from django.template import TemplateDoesNotExist, TemplateSyntaxError, engines
from django.template.backends.django import DjangoTemplates
from django.template.utils import get_app_template_dirs
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import translation

# Besides our own: how Django draws controls of forms.
SHARED = "django/forms"
SUFFIXES = {".html", ".txt"}

log = structlog.get_logger(__name__)


def warm_up() -> None:
    """Load every page, template and language, so that no request pays for them."""
    for language, _words in settings.LANGUAGES:
        with translation.override(language):
            translation.gettext("AgencyHub")
            _learn_addresses()
    _compile_templates()


def our_templates() -> Iterator[str]:
    """The names of all templates that pages of ours are made of."""
    for engine in _engines():
        for root in map(Path, engine.dirs):
            yield from _names(root, root)
    for directory in get_app_template_dirs("templates"):
        yield from _names(Path(directory), Path(directory) / SHARED)


def _learn_addresses() -> None:
    """Have ``reverse`` read all patterns; it keeps what it read for each language apart."""
    resolver = get_resolver()
    _ = resolver.reverse_dict
    for namespace in resolver.namespace_dict:
        with suppress(NoReverseMatch):  # there is no such page; all others are known afterwards
            reverse(f"{namespace}:-")


def _compile_templates() -> None:
    for name in our_templates():
        for engine in _engines():
            try:
                engine.get_template(name)
            except (TemplateDoesNotExist, TemplateSyntaxError):
                # Its own page says what is wrong; the others are to come up all the same.
                log.exception("template_is_broken", template=name)


def _engines() -> list[DjangoTemplates]:
    return [engine for engine in engines.all() if isinstance(engine, DjangoTemplates)]


def _names(root: Path, within: Path) -> Iterator[str]:
    found = (path for path in sorted(within.rglob("*")) if path.suffix in SUFFIXES)
    return (path.relative_to(root).as_posix() for path in found)
