"""Who may call an address of the API: one answer for every kind of record."""

from collections.abc import Mapping
from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

VIEW, ADD, CHANGE, DELETE = "view", "add", "change", "delete"
VERBS = {
    "list": VIEW,
    "retrieve": VIEW,
    "search": VIEW,
    "create": ADD,
    "update": CHANGE,
    "partial_update": CHANGE,
    "destroy": DELETE,
}
Rights = Mapping[str, tuple[str, ...]]
"""By verb the rights of which any one is enough."""


class RecordPermission(BasePermission):
    """The right to what is asked for: the view's ``rights``, else those named after its model.

    The framework asks for rights before it looks for the method. A method that the address does not
    offer therefore needs the right to look only: whoever has it is told 405, nobody else anything.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        """Ask the role."""
        user: Any = request.user
        return bool(user) and any(map(user.has_perm, rights_to(view, _verb(request, view))))


def rights_to(view: Any, verb: str) -> tuple[str, ...]:
    """The rights of which one is enough to do that on a view."""
    own: Rights = getattr(view, "rights", {})
    if own:
        return own.get(verb, ())
    meta = view.model._meta
    return (f"{meta.app_label}.{verb}_{meta.model_name}",)


def _verb(request: Request, view: Any) -> str:
    if request.method not in view.allowed_methods:
        return VIEW
    usual = VIEW if request.method in SAFE_METHODS else CHANGE
    return VERBS.get(getattr(view, "action", None) or "", usual)
