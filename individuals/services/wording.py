"""The words of a conversion: what fields are called, and which of them differ."""

from django.utils.translation import gettext

from agencyhub.records.models import CustomField
from individuals.models import Individual


def labels(keys: list[str]) -> dict[str, str]:
    """The labels of custom fields; a value whose field is gone is called by its key."""
    if not keys:
        return {}
    fields = CustomField.objects.filter(target=CustomField.Target.INDIVIDUAL, key__in=keys)
    known = dict(fields.values_list("key", "label"))
    return {key: known.get(key, key) for key in keys}


def field_label(name: str) -> str:
    """What a field of individuals is called."""
    return str(Individual._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def in_words(labels: list[str]) -> list[str]:
    """Say of each field that the Individual's own value was kept."""
    return [
        gettext("%(upper)s%(label)s differs: the Individual's own was kept")
        % {"upper": label[:1].upper(), "label": label[1:]}
        for label in labels
    ]
