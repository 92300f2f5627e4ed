"""Names of carriers and carrier products: reading them, and holding one while it is decided on."""

from django.db import connection
from django.utils.translation import gettext

from agencyhub.lib.errors import DomainError
from agencyhub.lib.text import tidy

NAME_LENGTH = 160


class UnusableNameError(DomainError):
    """Blank, without a letter or digit, or too long to be a name."""

    code = "unusable_name"


class NameTakenError(DomainError):
    """Something else already goes by this name."""

    code = "name_taken"


def read_name(name: str | None, *, what: str) -> str:
    """Tidy a name that is to be stored. ``what`` says whose name it is ("carrier").

    Raises:
        UnusableNameError: with what is wrong.
    """
    tidied = tidy(name)
    if not any(character.isalnum() for character in tidied):
        msg = gettext("A %(what)s needs a name with letters or digits.") % {"what": what}
        raise UnusableNameError(msg, field="name")
    if len(tidied) > NAME_LENGTH:
        msg = gettext("The name of a %(what)s has %(name_length)s characters at most.") % {
            "what": what,
            "name_length": NAME_LENGTH,
        }
        raise UnusableNameError(msg, field="name")
    return tidied


def hold_name(name: str, *, among: str) -> None:
    """Make every other transaction that wants this name wait until this one ends.

    Names and other names live in two tables, so no constraint can keep them apart. ``among`` says
    which names must differ: those of all carriers, or of one carrier's products.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s || ':' || name_key(%s), 0))",
            [among, name],
        )
