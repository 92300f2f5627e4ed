"""Model fields that point to the agency's own lists."""

from typing import Any

from django.db import models

from agencyhub.records.models import Option


def option(
    option_list: Option.List,
    verbose_name: str,
    *,
    required: bool = False,
    only_active: bool = False,
    is_guarded: bool = False,
    on_delete: Any = models.PROTECT,
) -> Any:
    """A foreign key to one option list; an option in use cannot be deleted.

    Unless ``on_delete`` says otherwise: a setting of an option may go with it.

    ``only_active`` offers no inactive option; records keep the one they have, settings should not.
    ``is_guarded``: the table has a guard (``lib.guards``) in place of the database's foreign key,
    and no index, which a handful of values would not earn back.
    """
    limits: dict[str, Any] = {"list": option_list.value}
    if only_active:
        limits["is_active"] = True
    return models.ForeignKey(
        Option,
        on_delete=on_delete,
        null=not required,
        blank=not required,
        related_name="+",
        limit_choices_to=limits,
        verbose_name=verbose_name,
        db_constraint=not is_guarded,
        db_index=not is_guarded,
    )
