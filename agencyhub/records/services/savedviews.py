"""Keeping views of lists, and what each user chose last."""

from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from agencyhub.accounts.models import Role, User
from agencyhub.lib.errors import DomainError
from agencyhub.records.lists.models import ListChoice, SavedView
from agencyhub.records.lists.state import State

UNIQUE_NAME = "saved_view_name_is_unique_per_owner_and_list"


class ViewNameTakenError(DomainError):
    """The user has a view of this name for the list already."""

    code = "view_name_taken"


def save_view(
    *, view: SavedView, roles: Sequence[Role] = (), state: State | None = None
) -> SavedView:
    """Store a view; with ``state`` it takes over what the list is asked for.

    Raises:
        ViewNameTakenError: the owner has another one of that name.
    """
    if state is not None:
        view.filters, view.sort, view.columns = state.filters, state.sort, state.columns
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        if UNIQUE_NAME not in str(error):
            raise
        msg = gettext(
            "You have a view of this name already. Choose another one, or edit that view."
        )
        raise ViewNameTakenError(msg, field="name") from error
    shared = roles if view.sharing == SavedView.Sharing.ROLES else ()
    view.roles.set(shared)
    return view


def keep_unnamed(
    *, list_key: str, user: User, filters: Mapping[str, Sequence[str]], sort: str
) -> SavedView:
    """Keep filters that must not stand in an address; the user's last ones for the list go."""
    view, _ = SavedView.objects.update_or_create(
        owner=user,
        list_key=list_key,
        name="",
        defaults={"filters": dict(filters), "sort": sort, "columns": []},
    )
    return view


def remember_columns(*, list_key: str, user: User, columns: Sequence[str]) -> None:
    """Note the columns that the list opens with from now on."""
    ListChoice.objects.update_or_create(
        user=user, list_key=list_key, defaults={"columns": list(columns)}
    )


def open_with(*, list_key: str, user: User, view: SavedView | None) -> None:
    """Let the list open with a view, or with everything."""
    ListChoice.objects.update_or_create(
        user=user, list_key=list_key, defaults={"default_view": view}
    )
