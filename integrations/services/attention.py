"""What a message left for a person to complete."""

from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.records import history
from agencyhub.records.models import Batch
from integrations.models import InboundMessage


def settle(*, message_id: int, user: User) -> bool:
    """Take a message off the list of those to complete; False when it was not on it."""
    text = gettext_noop("What was left to do is done")
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=text) as batch:
        message = InboundMessage.objects.select_for_update().get(pk=message_id)
        if not message.needs_attention:
            return False
        message.needs_attention = False
        message.save(update_fields=["needs_attention"])
        history.write(history.entry(batch=batch, record=message, text=text))
    return True
