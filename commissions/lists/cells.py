"""Cells of the application table that explain why they are blank, and can be filled in place."""

from dataclasses import replace
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from agencyhub.lib.templatetags import ui
from agencyhub.records.lists import columns
from agencyhub.records.lists.columns import Column, Drawing, Write
from commissions.selectors import blanks

CHANGE = "commissions.change_application"


def explained(column: Column, name: str) -> Column:
    """The column, with reasons for blank cells; ``name`` is the field that can be filled."""
    drawn = column

    def draw(drawing: Drawing) -> Write:
        write = drawn.drawer(drawing)
        may_fill = drawing.lookups.user.has_perm(CHANGE)
        wanted = columns.page_of("commissions:application_list")

        def cell(row: Any) -> str:
            shown = write(row)
            is_masked = name == "mbi" and row.mbi_index is None
            if shown != ui.EMPTY and not is_masked:
                return shown
            why = blanks.why_blank(name, row)
            url = f"{wanted}{row.pk}/fill/{name}/" if may_fill else ""
            return str(blank(why, url, before=shown if is_masked else "")) if why else shown

        return cell

    needs = tuple(dict.fromkeys((*column.needs, *blanks.NEEDS)))
    return replace(column, needs=needs, draw=draw)


def blank(why: str, url: str, *, before: str = "") -> SafeString:
    """A blank cell: its reason, and where it is filled, if the reader may."""
    shown = SafeString(f"{before} ") if before and before != ui.EMPTY else ""
    reason = format_html('<span class="blank-why">{}{}</span>', ui.icon("alert-circle"), why)
    if not url:
        return format_html('<div class="fact">{}{}</div>', shown, reason)
    return format_html(
        '<div class="fact">{}<a class="blank" href="{}" hx-get="{}" hx-target="closest .fact"'
        ' hx-swap="outerHTML">{}<span class="blank-do">{}</span></a></div>',
        shown, url, url, reason, gettext("Fill in"),
    )  # fmt: skip
