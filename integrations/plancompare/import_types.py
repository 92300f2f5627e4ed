"""What the cells of a username file hold: users, agents and usernames, looked up by their words."""

from collections.abc import Iterable

import polars as pl
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import Agent, User
from agencyhub.imports.types.base import Context, Parsed, Type
from agencyhub.imports.types.text import tidied
from agencyhub.lib.errors import DomainError
from integrations.plancompare.services import usernames


class UserNamed(Type):
    """A user by the name for signing in; its value is the name as we write it."""

    name = "user"

    def parse(self, texts: pl.Series, context: Context) -> Parsed:
        names = User.objects.order_by("pk").values_list("username", flat=True)
        return _known(
            tidied(texts),
            names,
            gettext_noop("is not the name of a user."),
            gettext_noop("is the name of"),
        )


class UserWithEmail(Type):
    """A user by email; beside a known name it does not matter whose it is."""

    name = "user_email"

    def __init__(self, *, beside: str) -> None:
        self.after = beside

    def parse(self, texts: pl.Series, context: Context) -> Parsed:
        emails = User.objects.exclude(email="").order_by("pk").values_list("email", flat=True)
        parsed = _known(
            tidied(texts),
            emails,
            gettext_noop("is not the email of a user."),
            gettext_noop("is the email of"),
        )
        names = context.columns.get(self.after)
        if parsed.errors is None or names is None:
            return parsed
        return Parsed(parsed.values, parsed.errors.set(names.is_not_null(), None))


class AgentWithNpn(Type):
    """An active agent by NPN."""

    name = "agent_npn"

    def parse(self, texts: pl.Series, context: Context) -> Parsed:
        npns = Agent.objects.filter(is_active=True).exclude(npn="").values_list("npn", flat=True)
        return _known(
            tidied(texts),
            npns,
            gettext_noop("is not the NPN of an active agent."),
            gettext_noop("is the NPN of"),
        )


class AgentCalled(Type):
    """An active agent by first and last name; namesakes need an NPN."""

    name = "agent_name"

    def __init__(self, *, beside: str) -> None:
        self.after = beside

    def parse(self, texts: pl.Series, context: Context) -> Parsed:
        names = [agent.full_name for agent in Agent.objects.filter(is_active=True).order_by("pk")]
        parsed = _known(
            tidied(texts),
            names,
            gettext_noop("is not the name of an active agent."),
            gettext_noop("is the name of"),
        )
        npns = context.columns.get(self.after)
        if parsed.errors is None or npns is None:
            return parsed
        # Beside an NPN, whoever judges the whole file compares the two.
        is_told = npns.is_not_null()
        values = parsed.values.fill_null(pl.select(pl.when(is_told).then(texts)).to_series())
        return Parsed(values, parsed.errors.set(is_told, None))


class PlanCompareName(Type):
    """A username as PlanCompare accepts it."""

    name = "plancompare_username"

    def parse(self, texts: pl.Series, context: Context) -> Parsed:
        errors = {}
        for text in texts.drop_nulls().unique().to_list():
            try:
                usernames.read_username(text)
            except DomainError as refusal:
                errors[text] = refusal.message
        return _judged(tidied(texts), {}, errors)


def _known(texts: pl.Series, known: Iterable[str], unknown: str, shared: str) -> Parsed:
    """Look texts up whatever the case of their letters; a known one is spelled as we do."""
    spelled: dict[str, list[str]] = {}
    for one in known:
        spelled.setdefault(one.casefold(), []).append(one)
    values, errors = {}, {}
    for text in texts.drop_nulls().unique().to_list():
        found = spelled.get(text.casefold(), [])
        if len(found) == 1:
            values[text] = found[0]
        else:
            errors[text] = f"“{text}” {f'{shared} {len(found)}.' if found else unknown}"
    return _judged(texts, values, errors)


def _judged(texts: pl.Series, values: dict[str, str], errors: dict[str, str]) -> Parsed:
    frame = pl.DataFrame({"text": texts.cast(pl.String)})
    wrong = pl.col("text").replace_strict(
        list(errors), list(errors.values()), default=None, return_dtype=pl.String
    )
    right = pl.when(wrong.is_null()).then(pl.col("text").replace(values))
    answer = frame.select(values=right, errors=wrong)
    return Parsed(answer["values"], answer["errors"] if errors else None)
