"""A sender that is killed in the middle of handing a mail over."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.db import connection

from agencyhub.mailing.services import sending
from tests.factories.mailing import WRITTEN_AT as AT
from tests.factories.mailing import OutgoingMailFactory

pytestmark = [pytest.mark.load, pytest.mark.django_db(transaction=True)]

# Hands over to a mail server that takes the mail, says so on its output, and never answers.
SENDER = """
import sys, time
import django
django.setup()
from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from agencyhub.mailing import kinds
from agencyhub.mailing.services import sending
from datetime import datetime

class Silent(BaseEmailBackend):
    def send_messages(self, email_messages):
        print("taken", flush=True)
        time.sleep(600)

sys.modules["silent"] = sys.modules["__main__"]
settings.EMAIL_BACKEND = "silent.Silent"
connection.settings_dict["NAME"] = sys.argv[1]
kinds.register(kinds.Kind("test", "Test mail", lambda mail, at: ""))
sending.send_due(at=datetime.fromisoformat(sys.argv[2]))
"""


def test_its_mail_is_unsure_and_not_sent_again(kind, mailoutbox):
    mail = OutgoingMailFactory()
    name = connection.settings_dict["NAME"]
    with subprocess.Popen(
        [sys.executable, "-c", SENDER, name, AT.isoformat()],
        stdout=subprocess.PIPE,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "agencyhub.settings.test"},
        text=True,
    ) as sender:
        assert sender.stdout.readline() == "taken\n"
        much_later = AT + timedelta(hours=1)
        assert sending.mark_lost(at=much_later) == 0
        assert sending.send_due(at=much_later) == {}
        sender.send_signal(signal.SIGKILL)

    deadline = time.monotonic() + 60
    while not sending.mark_lost(at=much_later):
        assert time.monotonic() < deadline, "the database still holds the dead sender's row"
        time.sleep(0.05)
    mail.refresh_from_db()
    assert (mail.state, mail.reason) == ("unsure", "worker_died")
    assert sending.send_due(at=much_later) == {}
    assert mailoutbox == []
