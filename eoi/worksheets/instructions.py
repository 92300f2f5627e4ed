"""What the second tab of a worksheet says, and what its lists offer, in the reader's language."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eoi.asked import ACTIONS, NEEDS_VOLUME
from eoi.models import Decision
from eoi.worksheets import columns

MEANINGS: dict[str, Any] = {
    "approve_all": gettext_lazy("All that was requested takes effect."),
    "approve_part": gettext_lazy(
        "The approved volume takes effect; the rest is gone and cannot be approved later."
    ),
    "pend_remaining": gettext_lazy(
        "The approved volume takes effect; the rest stays open for a later decision."
    ),
    "deny_permanently": gettext_lazy(
        "The approved volume takes effect, and this person may never have more of this benefit."
    ),
    "expire_all": gettext_lazy(
        "Nothing more is approved: the request has lapsed. What is in force stays in force."
    ),
    "deny_all": gettext_lazy("Nothing more is approved. What is in force stays in force."),
}


def labels() -> list[str]:
    """The six actions as people read them, in the order of the source."""
    return [str(Decision.Action(code).label) for code in ACTIONS]


def hints() -> tuple[str, str]:
    """What a program says of an action, and of a date, that is none."""
    return _("Choose one of the six actions, or leave it blank."), _("Type a date: 2026-12-31.")


def rows() -> Sequence[Sequence[str]]:
    """The tab, row by row; the first is its title."""
    needs, only = _("Approved Volume and Effective Date"), _("Effective Date")
    return [
        [_("How to fill in EOI Decisions")],
        [_("For each person decided on, choose an Action and type its Effective Date.")],
        [
            _(
                "Save the file as XML Spreadsheet 2003 (.xml), as .xlsx or as CSV, and upload it on"
                " the tab Data of EOI."
            )
        ],
        [_("Rows without an Action are left as they are.")],
        [
            _(
                "Columns are found by their headers: do not rename them. Their order does not"
                " matter, and other columns are ignored."
            )
        ],
        [],
        [_("Column"), _("Example"), _("What to enter")],
        *_columns(),
        [],
        [_("Action"), _("Needs"), _("What it does")],
        *(
            [f"{Decision.Action(code).label} ({code})", needs if code in NEEDS_VOLUME else only,
             str(MEANINGS[code])]
            for code in ACTIONS
        ),
    ]  # fmt: skip


def _columns() -> list[list[str]]:
    identifying = _("Who it is about: the subscriber ID, or the SSN.")
    leading = _("Leading zeros count.")
    return [
        [columns.SUBSCRIBER_ID.label, "0002852117", f"{identifying} {leading}"],
        [columns.SSN.label, "123-00-0000", identifying],
        [
            columns.COVERED.label,
            "Employee",
            _("Needed only when several dependents wait under one benefit: the dependent's name."),
        ],
        [columns.LOOKUP_CODE.label, "subscriber_life", _("The code of the benefit.")],
        [
            columns.REQUEST_ID.label,
            "",
            _("Filled in the update worksheet: with it the columns above are not needed."),
        ],
        [columns.ACTION.label, labels()[0], _("One of the six below, as a label or a code.")],
        [
            columns.APPROVED.label,
            "150000",
            _("The total that is approved, not what is added. $150,000.00 is read as well."),
        ],
        [
            columns.EFFECTIVE.label,
            "2026-12-01",
            _(
                "From when the decision holds: not before the day under Asked For From."
                " 12/01/2026 is read as well."
            ),
        ],
        [
            columns.ORIGINAL.label,
            "",
            _("Only to correct the first day of this coverage; else leave it blank."),
        ],
        [columns.REFERENCE.label, "", _("The carrier's number for the case, if there is one.")],
    ]
