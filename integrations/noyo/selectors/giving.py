"""Who gets what of a category, in numbers and words, for the pages of rules."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext, ngettext

from integrations.noyo.classes import Category, Condition, Rule
from integrations.noyo.models import ClassRule, RuleCondition
from integrations.noyo.models import Mapping as MappingRow
from integrations.noyo.selectors import who
from integrations.noyo.selectors.rows import Side
from integrations.noyo.selectors.studio import CategoryPane
from integrations.noyo.selectors.who import Summary
from integrations.noyo.services.rules import Draft

NEW = 0
FIELDS = dict(RuleCondition.Field.choices)
OPERATORS = dict(RuleCondition.Operator.choices)


@dataclass(frozen=True)
class Share:
    """How many get an option; ``before`` without the change that is looked at."""

    option: Side
    number: int
    before: int

    @property
    def is_other(self) -> bool:
        """Whether the change moves anybody to it or away."""
        return self.number != self.before


@dataclass(frozen=True)
class RuleLine:
    """A rule as the list shows it: whom it is for, how many it decides for, what is odd."""

    rule: ClassRule
    option: Side
    conditions: tuple[str, ...]
    decides: int
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Giving:
    """Who gets what of a category: ``notes`` are about the rule that is looked at."""

    category: str
    total: int
    shares: tuple[Share, ...]
    unmapped: int
    unmapped_before: int
    lines: tuple[RuleLine, ...] = ()
    decides: int = 0
    notes: tuple[str, ...] = ()


def now(mapping: MappingRow, panes: Iterable[CategoryPane], *, on: date) -> dict[str, Giving]:
    """Who gets what of every category, by its name."""
    decided = {one.name: one for one in who.categories(mapping)}
    shown = list(panes)
    parts = [decided.get(one.name, Category(one.name)) for one in shown]
    counted = {one.category: one for one in who.summarize(mapping, parts, on=on)}
    return {
        pane.name: _giving(pane, counted[pane.name], counted[pane.name], lines=True)
        for pane in shown
    }


def preview(
    mapping: MappingRow, pane: CategoryPane, draft: Draft, *, rule: ClassRule | None, on: date
) -> Giving:
    """Who would get what of a category with a rule that is not saved yet."""
    decided = {one.name: one for one in who.categories(mapping)}
    current = decided.get(pane.name, Category(pane.name))
    pk = rule.pk if rule else NEW
    behind = max((one.rank for one in current.rules), default=0) + 1
    asked = Rule(
        pk=pk,
        option=draft.option,
        rank=(rule.rank or behind) if rule else behind,
        joins=draft.joins,
        conditions=draft.conditions,
        is_active=draft.is_active,
    )
    others = tuple(one for one in current.rules if one.pk != pk)
    changed = replace(current, rules=(*others, asked))
    (before,) = who.summarize(mapping, [current], on=on)
    (after,) = who.summarize(mapping, [changed], on=on)
    found = _giving(pane, after, before)
    return replace(
        found,
        decides=after.rules[pk].decides,
        notes=tuple(_notes(pk, after, _names(pane))),
    )


def in_words(condition: RuleCondition | Condition) -> str:
    """A condition as a sentence."""
    values = [str(one) for one in condition.values]
    joined = f" {gettext('or')} ".join(values)
    if condition.operator == RuleCondition.Operator.BETWEEN:
        joined = f" {gettext('and')} ".join(values)
    return f"{FIELDS[condition.field]} {OPERATORS[condition.operator]} {joined}"


def _giving(pane: CategoryPane, after: Summary, before: Summary, *, lines: bool = False) -> Giving:
    return Giving(
        category=pane.name,
        total=after.total,
        shares=tuple(
            Share(one, after.options.get(one.pk, 0), before.options.get(one.pk, 0))
            for one in pane.options
        ),
        unmapped=after.unmapped,
        unmapped_before=before.unmapped,
        lines=tuple(_line(one, pane, after) for one in pane.rules) if lines else (),
    )


def _line(rule: ClassRule, pane: CategoryPane, summary: Summary) -> RuleLine:
    sides = {one.pk: one for one in pane.options}
    counted = summary.rules.get(rule.pk)
    ordered = sorted(rule.conditions.all(), key=lambda one: one.place)
    return RuleLine(
        rule=rule,
        option=sides.get(rule.option_id) or Side(rule.option_id, rule.option.label, is_gone=True),
        conditions=tuple(in_words(one) for one in ordered),
        decides=counted.decides if counted else 0,
        notes=tuple(_notes(rule.pk, summary, _names(pane))),
    )


def _names(pane: CategoryPane) -> Mapping[int, str]:
    return {one.pk: one.name for one in pane.rules}


def _notes(pk: int, summary: Summary, names: Mapping[int, str]) -> Iterable[str]:
    """What is odd about a rule."""
    if pk in summary.unreachable:
        earlier = summary.unreachable[pk]
        if earlier is None:
            yield gettext("Fits nobody: its conditions contradict each other.")
        else:
            yield gettext("Never decides: “%(rule)s” comes first and fits the same people.") % {
                "rule": names.get(earlier, "")
            }
        return
    counted = summary.rules.get(pk)
    if counted and not counted.fits:
        yield gettext("Fits nobody today.")
    for (first, later), number in sorted(summary.overlaps.items()):
        if later == pk:
            said = ngettext(
                "“%(rule)s” comes first and decides for %(number)s of its employees.",
                "“%(rule)s” comes first and decides for %(number)s of its employees.",
                number,
            )
            yield said % {"rule": names.get(first, gettext("This rule")), "number": number}
