"""What was found of an application, and what to do next. Pure."""

COMPLETE = "complete"
COMMISSION_ISSUE = "commission_issue"
COMMISSION_WITHOUT_BOOK = "commission_without_book"
NOT_FOUND = "not_found"
AMBIGUOUS = "ambiguous"
UNSUPPORTED = "unsupported"
WAITING = "waiting"

_NEXT_STEPS = {
    COMPLETE: "Nothing to do: the carrier lists the policy and has paid for it.",
    COMMISSION_ISSUE: (
        "Check whether the first payment is due yet. If it is, ask the carrier: a missing"
        " commission may be a delay, not an error."
    ),
    COMMISSION_WITHOUT_BOOK: (
        "The carrier pays but does not list the policy. Get its newest book of business."
    ),
    NOT_FOUND: (
        "Check the name, date of birth, carrier and effective date of the application, and that"
        " the carrier’s newest files are here."
    ),
    AMBIGUOUS: "Somebody has to decide: open the review and choose what belongs together.",
    UNSUPPORTED: "Only Med Adv, Med Supp and PDP are matched. Check this one with the carrier.",
    WAITING: "Refresh has not looked at it yet.",
}


def next_step(state: str) -> str:
    """Say what a person does about an outcome."""
    return _NEXT_STEPS[state]
