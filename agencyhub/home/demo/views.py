"""Views of lists that the demo agency shares."""

from agencyhub.accounts.models import User
from agencyhub.records.lists.models import SavedView
from agencyhub.records.models import Option


def share() -> None:
    """Save the owner's views, for everybody."""
    owner = User.objects.get(username="owner")
    client = _option(Option.List.INDIVIDUAL_TYPE, "client")
    lapsed = _option(Option.List.POLICY_STATUS, "lapsed")
    wanted = (
        ("individuals", "Clients without a policy in force", {"type": client, "in_force": "no"}),
        ("sales-records", "Nobody works on them yet", {"agent": "none", "open": "open"}),
        ("policies", "Lapsed", {"status": lapsed}),
    )
    SavedView.objects.bulk_create(
        SavedView(
            list_key=key,
            owner=owner,
            name=name,
            sharing=SavedView.Sharing.EVERYBODY,
            filters={one: [text] for one, text in filters.items()},
        )
        for key, name, filters in wanted
    )


def _option(option_list: str, meaning: str) -> str:
    found = Option.objects.filter(list=option_list, meaning=meaning).order_by("position", "pk")
    return str(found.values_list("pk", flat=True)[0])
