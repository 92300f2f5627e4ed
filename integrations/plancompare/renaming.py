"""Names of fields that a partner's link changes. Pure rules."""

from django.utils.translation import gettext_noop

from agencyhub.lib.text import tidy
from integrations.plancompare.payload import LABELS


def read_field_names(text: str) -> dict[str, str]:
    """Read lines ``our_name = theirs`` of a link whose partner renamed fields; blank gives none.

    Raises:
        ValueError: names the line that is wrong and the remedy.
    """
    names: dict[str, str] = {}
    for line in filter(None, (tidy(one) for one in text.splitlines())):
        ours, equals, theirs = (part.strip() for part in line.partition("="))
        if not equals or not theirs or " " in theirs:
            msg = gettext_noop(
                '"%(line)s" is not a renaming. Write one per line, for example: zip = ZipCode'
            ) % {"line": line}
            raise ValueError(msg)
        if ours not in LABELS:
            msg = gettext_noop(
                '"%(ours)s" is not a field of the hand-off. There are %(labels)s.'
            ) % {"ours": ours, "labels": ", ".join(LABELS)}
            raise ValueError(msg)
        names[ours] = theirs
    sent = [names.get(name, name) for name in LABELS]
    twice = sorted({name for name in sent if sent.count(name) > 1})
    if twice:
        msg = gettext_noop('Two fields would be sent as "%(twice)s". Give each its own name.') % {
            "twice": twice[0]
        }
        raise ValueError(msg)
    return names
