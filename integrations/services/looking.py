"""Looking at a raw body: who looks is noted before it is shown."""

from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.records import history
from agencyhub.records.models import Batch
from integrations.models import InboundMessage

SHOWN = gettext_noop("Raw message body shown")


def reveal(*, message: InboundMessage, user: User) -> str:
    """The body of a message as it came.

    Raises:
        UnreadableSecretError: it is sealed with a key that is not configured; nothing was shown.
    """
    text: str = message.body.reveal()
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=SHOWN) as batch:
        history.write(history.entry(batch=batch, record=message, text=SHOWN))
    return text
