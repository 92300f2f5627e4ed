"""The texts of a mail, from templates, in its reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation

from agencyhub.lib.text import tidy


@dataclass(frozen=True)
class Texts:
    """What a mail says: ``text`` and ``html`` say the same."""

    subject: str
    text: str
    html: str


def render(name: str, context: Mapping[str, Any], *, language: str, zone: str) -> Texts:
    """Fill ``mail/<name>_subject.txt``, ``mail/<name>.txt`` and ``mail/<name>.html``.

    Moments are those of ``zone``.
    """
    with translation.override(language), timezone.override(zone):
        subject = tidy(render_to_string(f"mail/{name}_subject.txt", dict(context)))
        values = {**context, "subject": subject, "language": language}
        text = render_to_string(f"mail/{name}.txt", values).strip() + "\n"
        return Texts(subject, text, render_to_string(f"mail/{name}.html", values))
