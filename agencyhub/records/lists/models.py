"""What lists keep: saved views, what each user chose last, exports, and bulk edits on their way."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import ApiKey, Role, User
from agencyhub.lib.db import one_or_none


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def readable_by(self, user: User) -> "SavedViewQuerySet":
        """The user's own views and those that are shared with them."""
        roles = SavedView.roles.through.objects.filter(savedview=OuterRef("pk"))
        held = roles.filter(role__user=user)
        return self.filter(
            Q(owner=user)
            | Q(sharing=SavedView.Sharing.EVERYBODY)
            | Q(sharing=SavedView.Sharing.ROLES) & Exists(held)
        )


class SavedView(models.Model):
    """Filters, columns and sort order of a list under a name and a stable address.

    Each user has one view without a name per list: it holds filters by names and dates of birth
    of people, which must not stand in an address, until the user saves them or filters anew.
    ``filters`` maps names of filters to lists of texts. No columns: those each reader used last.
    """

    class Sharing(models.TextChoices):
        PRIVATE = "private", _("Only me")
        ROLES = "roles", _("Some roles")
        EVERYBODY = "everybody", _("Everybody")

    list_key = models.SlugField(max_length=40, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views"
    )
    name = models.CharField(max_length=80, blank=True)
    sharing = models.CharField(max_length=10, choices=Sharing.choices, default=Sharing.PRIVATE)
    roles = models.ManyToManyField(Role, blank=True, related_name="+")
    filters = models.JSONField(default=dict, blank=True)
    columns = models.JSONField(default=list, blank=True)
    sort = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                "owner",
                "list_key",
                Lower("name"),
                name="saved_view_name_is_unique_per_owner_and_list",
            ),
            models.CheckConstraint(
                condition=~Q(name="") | Q(sharing="private"), name="unnamed_view_is_private"
            ),
        ]

    def __str__(self) -> str:
        return f"saved view {self.pk}"


class ListChoice(models.Model):
    """The columns that a user chose last for a list, and the view that it opens with."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="list_choices"
    )
    list_key = models.SlugField(max_length=40)
    columns = models.JSONField(default=list, blank=True)
    default_view = models.ForeignKey(
        SavedView, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint("user", "list_key", name="list_choice_is_one_per_user_and_list")
        ]

    def __str__(self) -> str:
        return f"list choice {self.pk}"


def choice_of(list_key: str, *, user: User) -> ListChoice:
    """What the user chose last for a list; a blank one, not stored, when that is nothing."""
    found = one_or_none(ListChoice.objects.filter(user=user, list_key=list_key))
    return found or ListChoice(user=user, list_key=list_key)


class ExportLog(models.Model):
    """Who took which rows out of a list; kept for the owners.

    ``filters`` are words, without the names and dates of birth that somebody filtered by.
    ``finished_at`` is empty when the download broke off; ``rows`` then counts what was sent.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    api_key = models.ForeignKey(
        ApiKey,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="The key that a partner or script came with.",
    )
    list_key = models.SlugField(max_length=40)
    format = models.CharField(max_length=4)
    filters = models.JSONField(default=list)
    columns = models.JSONField(default=list)
    rows = models.PositiveIntegerField(default=0)
    is_masked = models.BooleanField("personal data masked", default=True)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False) | Q(api_key__isnull=False),
                name="export_is_somebodys",
            )
        ]
        permissions = [
            ("export_personal_data", "Can export phones, emails, birth dates and addresses in full")
        ]

    def __str__(self) -> str:
        return f"export {self.pk}"


class BulkEdit(models.Model):
    """One change of many rows: what was selected, what is to be set, and what became of it.

    ``pks`` are rows picked by hand; without them every row that matches ``filters`` is meant, up
    to ``upto_pk``: rows that come later were in nobody's count.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Being prepared")
        QUEUED = "queued", _("Waiting")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    list_key = models.SlugField(max_length=40)
    filters = models.JSONField(default=dict)
    query = models.TextField(blank=True, help_text="The address of the list that it began on.")
    pks = ArrayField(models.BigIntegerField(), null=True)
    upto_pk = models.BigIntegerField(default=0)
    values = models.JSONField(default=dict)
    expected = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=6, choices=State.choices, default=State.DRAFT)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=list)
    refused_count = models.PositiveIntegerField(default=0)
    batch = models.ForeignKey(
        "records.Batch", on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"bulk edit {self.pk}"
