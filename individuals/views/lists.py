"""What the lists of people share: the links around a page, and words for keys."""

from collections.abc import Iterable
from typing import Any

from django.http import QueryDict

from agencyhub.lib.keyset import KeysetPage
from agencyhub.lib.templatetags.ui import badge
from agencyhub.records.models import Option
from individuals import pages, rows, selectors


def pager(path: str, params: QueryDict, page: KeysetPage[Any]) -> dict[str, str]:
    """Addresses of the pages around this one, with the filters kept."""
    kept = params.copy()
    for name in ("before", "after"):
        kept.pop(name, None)
    return {
        "prev_url": _url(path, kept, before=page.before),
        "next_url": _url(path, kept, after=page.after),
        "words": shown(len(page)),
    }


def _url(path: str, kept: QueryDict, **place: int | None) -> str:
    ((name, pk),) = place.items()
    if pk is None:
        return ""
    params = kept.copy()
    params[name] = str(pk)
    return f"{path}?{params.urlencode()}"


def shown(count: int) -> str:
    """How many rows a page shows; the whole list is never counted."""
    return "1 shown" if count == 1 else f"{count} shown"


def lookups(
    choices: selectors.Choices, *, chips: Option.List, labels: Option.List
) -> dict[str, Any]:
    """What rows need to put keys into words."""
    return {
        "chips": rows.chips(choices.of(chips), chip=badge),
        "labels": {option.pk: option.label for option in choices.of(labels)},
        "agents": rows.agent_names(choices.agents),
    }


def shown_acts(params: QueryDict) -> int:
    """How much of the timeline to show: the newest, or all that ``?timeline=all`` asks for."""
    return pages.ALL_ACTS if params.get("timeline") == "all" else pages.SHOWN_ACTS


def cut(found: Iterable[Any]) -> tuple[list[Any], bool]:
    """The first rows of a search, and whether there are more."""
    some = list(found)
    return some[: selectors.SEARCH_LIMIT], len(some) > selectors.SEARCH_LIMIT
