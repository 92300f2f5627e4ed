"""Real conversations with a mail server, over Django's own SMTP backend."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.header import decode_header, make_header
from threading import Thread

import pytest
from django.core.mail import get_connection

from agencyhub.mailing import messages
from agencyhub.mailing.handover import hand_over, open_connection
from tests.factories.mailing import OutgoingMailFactory

SMTP = "django.core.mail.backends.smtp.EmailBackend"
HANG_UP = b""


def converse(listener: socket.socket, to_recipient: bytes, to_text: bytes, taken: list) -> None:
    """Answer one client as a mail server does; an empty answer hangs up."""
    with listener, listener.accept()[0] as client, client.makefile("rwb", buffering=0) as lines:
        lines.write(b"220 ready\r\n")
        for line in lines:
            verb = line[:4].upper()
            answer = {b"RCPT": to_recipient, b"QUIT": b"221 bye"}.get(verb, b"250 fine")
            if verb == b"DATA":
                lines.write(b"354 go on\r\n")
                taken.append(b"".join(iter(lines.readline, b".\r\n")))
                answer = to_text
            if answer == HANG_UP:
                return
            lines.write(answer + b"\r\n")


@contextmanager
def mail_server(to_recipient: bytes = b"250 fine", to_text: bytes = b"250 taken") -> Iterator:
    """A mail server for one client: a connection to it, and what it has taken."""
    listener, taken = socket.create_server(("127.0.0.1", 0)), []
    port = listener.getsockname()[1]
    server = Thread(target=converse, args=(listener, to_recipient, to_text, taken), daemon=True)
    server.start()
    connection = get_connection(SMTP, host="127.0.0.1", port=port, timeout=30)
    yield connection, taken
    connection.close()
    server.join(30)


class TestHandOver:
    @pytest.mark.parametrize(
        ("_case", "answers", "expected"),
        [
            ("taken", {}, ("sent", "", None, False)),
            ("no such mailbox", {"to_recipient": b"550 unknown"}, ("failed", "refused", 550, True)),
            ("full for now", {"to_recipient": b"452 full"}, ("waiting", "no_answer", 452, False)),
            ("put off", {"to_text": b"451 later"}, ("waiting", "no_answer", 451, False)),
            ("refused", {"to_text": b"554 spam"}, ("failed", "message_refused", 554, False)),
            ("hung up after the text", {"to_text": HANG_UP}, ("unsure", "cut_off", None, False)),
        ],
    )
    def test_knows_what_a_mail_server_says(self, _case, answers, expected):
        message = messages.build(OutgoingMailFactory.build(pk=7))

        with mail_server(**answers) as (connection, _taken):
            unreached = open_connection(connection)
            found = hand_over(message, connection)

        assert unreached is None
        assert (found.state, found.reason, found.reply_code, found.is_dead_address) == expected

    def test_hands_over_names_and_subjects_of_every_alphabet(self):
        mail = OutgoingMailFactory.build(
            pk=7, from_name='José "Pepe" Peña, CLU', subject="Su póliza\nnecesita un pago"
        )

        with mail_server() as (connection, taken):
            hand_over(messages.build(mail), connection)

        message = message_from_bytes(taken[0])
        sender = str(make_header(decode_header(message["From"])))
        assert sender == 'José "Pepe" Peña, CLU <agencyhub@localhost>'
        subject = str(make_header(decode_header(message["Subject"])))
        assert subject == "Su póliza necesita un pago"
        assert [part.get_content_type() for part in message.walk()] == [
            "multipart/alternative",
            "text/plain",
            "text/html",
        ]


class TestOpenConnection:
    def test_says_that_nobody_answers(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        connection = get_connection(SMTP, host="127.0.0.1", port=port, timeout=30)

        found = open_connection(connection)

        assert found is not None
        assert (found.state, found.is_offline) == ("waiting", True)
