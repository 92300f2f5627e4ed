"""What the record pages of people share."""

from django.http import QueryDict

from individuals import pages


def shown_acts(params: QueryDict) -> int:
    """How much of the timeline to show: the newest, or all that ``?timeline=all`` asks for."""
    return pages.ALL_ACTS if params.get("timeline") == "all" else pages.SHOWN_ACTS
