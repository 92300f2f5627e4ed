"""What reading a file depends on besides the file: who reads, and what is known without it."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from agencyhub.imports.kinds import Kind
from agencyhub.imports.models import Import
from agencyhub.imports.types.base import Context


def context_of(run: Import, kind: Kind) -> Context:
    """The context of an import whose layout is known: what was asked for goes before the layout.

    Raises:
        DomainError: the kind needs something that nobody said.
    """
    known: Mapping[str, Any] = run.version.template.options if run.version else {}
    options = {**known, **run.options}
    if kind.prepare is not None:
        options |= kind.prepare(run, options)
    return Context(user=run.user, options=options, this_year=timezone.localdate().year)
