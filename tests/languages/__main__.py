"""Bring the Spanish catalogue up to date: add new texts, drop unused ones, compile.

Start it with ``bin/translations``; then translate what it lists, and start it again.
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "agencyhub.settings.test")
django.setup()

from babel.messages.catalog import Catalog  # noqa: E402

from tests.languages import catalogue  # noqa: E402 - reads models


def main() -> None:
    """Rewrite ``locale/es`` and list what waits for a translation."""
    old = catalogue.read()
    new = Catalog(
        locale="es",
        project="AgencyHub",
        version="1",
        header_comment="# Spanish texts of AgencyHub; bin/translations keeps them up to date.",
        msgid_bugs_address="-",
        last_translator="AgencyHub",
        language_team="AgencyHub",
        creation_date=old.creation_date,
        revision_date=old.creation_date,
        charset="utf-8",
        fuzzy=False,
    )
    waiting = 0
    for (context, text), place in sorted(catalogue.texts().items(), key=lambda item: item[1]):
        known = old.get(text if isinstance(text, str) else text[0], context)
        said = known.string if known is not None and known.id == text else ""
        new.add(text, said, context=context)
        if not said or not all([said] if isinstance(said, str) else said):
            waiting += 1
            print(f"{place}: {text}")  # noqa: T201 - for whoever translates
    catalogue.write(new)
    print(f"{waiting} texts wait for a translation.")  # noqa: T201


if __name__ == "__main__":
    main()
