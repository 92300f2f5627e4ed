"""How Django finds the person who is signed in."""

from django.contrib.auth.backends import ModelBackend
from django.db.models import Exists, OuterRef

from agencyhub.accounts.models import Role, SecondFactor, User

WANTING = Role.objects.filter(user=OuterRef("pk"), requires_second_factor=True)
SET_UP = SecondFactor.objects.filter(user=OuterRef("pk"), confirmed=True)


class AgencyBackend(ModelBackend):
    """Django's own, which also learns with the user whether a second factor is missing."""

    def get_user(self, user_id: int) -> User | None:
        """Load somebody who may sign in, in one query."""
        users = User.objects.annotate(lacks_factor=Exists(WANTING) & ~Exists(SET_UP))
        user = users.filter(pk=user_id).first()
        if user is None or not self.user_can_authenticate(user):
            return None
        user.is_second_factor_missing = user.lacks_factor
        return user
