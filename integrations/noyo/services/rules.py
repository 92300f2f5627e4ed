"""The rules of a mapping: who gets which option of a category."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max
from django.utils.translation import gettext, gettext_lazy, gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.records.models import Batch
from integrations.noyo import classes
from integrations.noyo import links as kinds
from integrations.noyo.models import CarrierOption, ClassRule, Mapping, RuleCondition
from integrations.noyo.selectors import sources
from integrations.noyo.services.acting import NotInMappingError, act


class RuleError(DomainError):
    """A rule that cannot be kept as it is."""

    code = "rule_not_valid"


@dataclass(frozen=True)
class Draft:
    """A rule as somebody enters it; the default has no conditions."""

    name: str
    option: int
    joins: str = ClassRule.Joins.AND
    conditions: tuple[classes.Condition, ...] = ()
    is_active: bool = True
    is_default: bool = False


def save_rule(*, mapping: Mapping, draft: Draft, user: User, rule: int | None = None) -> ClassRule:
    """Add a rule behind the others of its category, or change one (by its key) in its place.

    A category has one default: a new one takes the place of the former. A changed rule is no
    longer stale.

    Raises:
        NotOpenError: the mapping is marked as mapped.
        NotInMappingError: the option or the rule is not of this mapping.
        RuleError: a rule without conditions, or with one that cannot be compared.
    """
    option = sources.options(mapping).filter(pk=draft.option).first()
    if option is None:
        raise NotInMappingError(gettext("The carrier has no such option in this mapping."))
    _check(draft)
    with act(mapping, gettext_noop("Saved a rule of a mapping"), user=user):
        row = _row(mapping, draft, option, rule)
        row.name, row.option, row.joins = draft.name.strip()[:120], option, draft.joins
        row.is_active, row.is_stale = draft.is_active, False
        row.confirmed_digest = kinds.option_digest(option)
        row.save()
        row.conditions.all().delete()
        RuleCondition.objects.bulk_create(
            RuleCondition(
                rule=row, place=place, field=one.field, operator=one.operator,
                values=[value.strip() for value in one.values if value.strip()],
            )
            for place, one in enumerate(draft.conditions)
        )  # fmt: skip
    return row


def set_default(*, mapping: Mapping, option: int, name: str, user: User) -> ClassRule:
    """Give an option to everybody whom no rule and no unit of its category fits."""
    draft = Draft(name=name, option=option, is_default=True)
    return save_rule(mapping=mapping, draft=draft, user=user)


def order_rules(*, mapping: Mapping, category: str, rules: Sequence[int], user: User) -> Batch:
    """Rank the rules of a category as listed, by their keys.

    Raises:
        NotOpenError: the mapping is marked as mapped.
        NotInMappingError: these are not all ranked rules of the category.
    """
    with act(mapping, gettext_noop("Ranked the rules of a mapping"), user=user) as batch:
        rows = ClassRule.objects.filter(mapping=mapping, category=category, is_default=False)
        ranks = {pk: place for place, pk in enumerate(rules, start=1)}
        found = {row.pk: row for row in rows}
        if found.keys() != ranks.keys() or len(ranks) != len(rules):
            raise NotInMappingError(gettext("The rules have changed since. Look at them again."))
        behind = max((row.rank or 0 for row in found.values()), default=0) + len(ranks)
        for shift in (behind, 0):  # ranks are unique: first out of the way
            for pk, rank in ranks.items():
                found[pk].rank = rank + shift
            ClassRule.objects.bulk_update(found.values(), ["rank"])
    return batch


def move_rule(*, mapping: Mapping, rule: int, steps: int, user: User) -> Batch:
    """Move a rule up (negative) or down among those of its category."""
    row = ClassRule.objects.filter(mapping=mapping, pk=rule, is_default=False).first()
    if row is None:
        raise NotInMappingError(gettext("This is no rule of this mapping."))
    ranked = ClassRule.objects.filter(
        mapping=mapping, category=row.category, is_default=False
    ).order_by("rank", "pk")
    order = list(ranked.values_list("pk", flat=True))
    place = order.index(row.pk)
    order.insert(max(0, min(len(order) - 1, place + steps)), order.pop(place))
    return order_rules(mapping=mapping, category=row.category, rules=order, user=user)


def delete_rule(*, mapping: Mapping, rule: int, user: User) -> Batch:
    """Delete a rule, also the default.

    Raises:
        NotOpenError: the mapping is marked as mapped.
        NotInMappingError: it is not of this mapping.
    """
    with act(mapping, gettext_noop("Deleted a rule of a mapping"), user=user) as batch:
        deleted, _ = ClassRule.objects.filter(mapping=mapping, pk=rule).delete()
        if not deleted:
            raise NotInMappingError(gettext("This is no rule of this mapping."))
    return batch


def _check(draft: Draft) -> None:
    if draft.is_default:
        if draft.conditions:
            raise RuleError(gettext("The default is for everybody: it has no conditions."))
        return
    if not draft.conditions:
        raise RuleError(gettext("Say whom the rule is for: add a condition."))
    for condition in draft.conditions:
        try:
            classes.check(condition)
        except classes.InvalidConditionError as error:
            raise RuleError(str(_WRONG[str(error)]), field="conditions") from error


_WRONG = {
    "amount": gettext_lazy("Enter an amount in USD, such as 60000."),
    "date": gettext_lazy("Enter a date."),
    "operator": gettext_lazy("This field cannot be compared so. Choose another operator."),
    "number": gettext_lazy("Enter one value, two for a range, or a list where several may be."),
}


def _row(mapping: Mapping, draft: Draft, option: CarrierOption, rule: int | None) -> ClassRule:
    """The row to write: the rule itself, the category's default, or a new one behind the others."""
    rows = ClassRule.objects.filter(mapping=mapping)
    here = rows.filter(category=option.category)
    row = rows.filter(pk=rule).first() if rule is not None else None
    if draft.is_default:
        row = here.filter(is_default=True).first()
    elif rule is not None and (row is None or row.is_default):
        raise NotInMappingError(gettext("This is no rule of this mapping."))
    if row is None:
        row = ClassRule(mapping=mapping, is_default=draft.is_default)
    if not draft.is_default and (row.rank is None or row.category != option.category):
        last = here.aggregate(last=Max("rank"))["last"]
        row.rank = (last or 0) + 1
    row.category = option.category
    return row
