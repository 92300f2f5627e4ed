"""Values that a made-up file wrote and no list knows, so that their queue has work."""

from agencyhub.records.kinds import Source
from agencyhub.records.services import values

FILE = Source(key="demo:leads", label="October seminar.csv")
SCRIPT = Source(key="demo:script", label="API: Website form")
ASKED = (
    ("policy_status", FILE, {"In Force": 41, "Termed": 12, "Actve": 3}),
    ("lead_source", FILE, {"Seminar Oct.": 28}),
    ("lead_source", SCRIPT, {"Webform": 9}),
    ("carrier", FILE, {"Humanna": 17, "Blue Prairie of Iowa": 2}),
    ("agent", FILE, {"M. Garcia": 6}),
)


def ask() -> None:
    """Ask about each; asking again counts nothing twice."""
    for kind, source, texts in ASKED:
        values.resolve(kind=kind, texts=texts, source=source)
