"""Labels of the options that come with AgencyHub: people read them in their language.

An option that the agency added or renamed is called what the agency calls it, and so are names of
products that are no words of a language (MAPD). What is stored is English.
"""

from django.utils.translation import pgettext

LABELS = {
    "individual_type": ("Suspect", "Prospect", "Client", "X-Prospect", "X-Client"),
    "individual_status": ("Active", "Inactive", "Do not contact", "Deceased"),
    "address_type": ("Home", "Mailing", "Business", "Other"),
    "policy_status": (
        "Pending", "Submitted", "Active", "Future effective", "Pending termination", "Terminated",
        "Lapsed", "Cancelled", "Declined", "Withdrawn", "Not taken",
    ),
    "coverage_type": ("Medicare Supplement", "Dental", "Vision", "Life"),
    "sales_stage": (
        "New", "Contacted", "Appointment set", "Quoted", "Application submitted", "Closed won",
        "Closed lost",
    ),
    "lead_source": ("Referral", "Website", "Direct mail", "Call center", "Event"),
}  # fmt: skip


def in_words(option_list: str, label: str) -> str:
    """A label in the reader's language; words mean different things in different lists."""
    return pgettext(option_list, label) if label in LABELS.get(option_list, ()) else label
