"""Rules as somebody keeps them."""

import pytest

from integrations.noyo.classes import Condition
from integrations.noyo.models import ClassRule, Mapping
from integrations.noyo.services import rules
from integrations.noyo.services.acting import NotInMappingError, NotOpenError
from integrations.noyo.services.rules import Draft, RuleError
from tests.factories.noyo import CarrierOptionFactory
from tests.noyo.mapping.conftest import Studio

pytestmark = pytest.mark.django_db
EXECUTIVE = Condition("job_title", "is", ("Executive",))


def save(studio: Studio, option: int, rule: int | None = None, **more: object) -> ClassRule:
    values = {"name": "Executives", "conditions": (EXECUTIVE,), **more}
    draft = Draft(option=option, **values)  # type: ignore[arg-type]
    return rules.save_rule(mapping=studio.mapping, draft=draft, user=studio.user, rule=rule)


def test_rules_are_ranked_as_they_come_and_as_somebody_moves_them(studio: Studio) -> None:
    option = studio.option("Executives", "0001").pk
    first, second, third = (save(studio, option, name=name) for name in "ABC")

    rules.move_rule(mapping=studio.mapping, rule=third.pk, steps=-2, user=studio.user)

    ranked = ClassRule.objects.order_by("rank").values_list("pk", flat=True)
    assert list(ranked) == [third.pk, first.pk, second.pk]


def test_a_changed_rule_keeps_its_rank_and_is_no_longer_stale(studio: Studio) -> None:
    option = studio.option("Executives", "0001").pk
    rule = save(studio, option)
    save(studio, option)
    ClassRule.objects.update(is_stale=True)

    changed = save(studio, option, rule=rule.pk, joins="OR", conditions=(EXECUTIVE, EXECUTIVE))

    assert (changed.pk, changed.rank, changed.is_stale) == (rule.pk, rule.rank, False)
    assert changed.conditions.count() == 2


def test_a_category_has_one_default(studio: Studio) -> None:
    one, other = studio.option("A", "1"), studio.option("B", "2")

    for option in (one, other):
        rules.set_default(
            mapping=studio.mapping, option=option.pk, name="Everybody", user=studio.user
        )

    assert ClassRule.objects.get().option == other


@pytest.mark.parametrize(
    "draft",
    [
        {"conditions": ()},
        {"conditions": (EXECUTIVE,), "is_default": True},
        {"conditions": (Condition("salary", "is", ("much",)),)},
    ],
    ids=["no_condition", "default_with_conditions", "not_comparable"],
)
def test_what_cannot_be_a_rule(studio: Studio, draft: dict[str, object]) -> None:
    option = studio.option("A", "1").pk

    with pytest.raises(RuleError):
        save(studio, option, **draft)


def test_options_and_rules_of_other_mappings_are_refused(studio: Studio) -> None:
    stranger = CarrierOptionFactory()
    rule = save(studio, studio.option("A", "1").pk)

    with pytest.raises(NotInMappingError):
        save(studio, stranger.pk)
    with pytest.raises(NotInMappingError):
        rules.order_rules(
            mapping=studio.mapping, category=rule.category, rules=[rule.pk, 0], user=studio.user
        )


def test_a_mapped_mapping_keeps_its_rules(studio: Studio) -> None:
    rule = save(studio, studio.option("A", "1").pk)
    studio.mapping.status = Mapping.Status.READY
    studio.mapping.save()

    with pytest.raises(NotOpenError):
        rules.delete_rule(mapping=studio.mapping, rule=rule.pk, user=studio.user)
    assert ClassRule.objects.filter(pk=rule.pk).exists()
