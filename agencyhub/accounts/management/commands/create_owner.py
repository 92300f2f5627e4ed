"""Make the first user of an installation."""

import getpass
import json
import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from agencyhub.accounts.models import User
from agencyhub.accounts.services import users


class Command(BaseCommand):
    help = "Make a user who may do everything, and the default roles. Asks for the password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--email", default="")
        parser.add_argument(
            "--password-stdin", action="store_true", help="Read the password from standard input."
        )
        parser.add_argument("--json", action="store_true", help="Print an object.")

    def handle(self, *_args: Any, **options: Any) -> None:
        username, email = options["username"], options["email"]
        if User.objects.filter(username=username).exists():
            msg = f"There is a user {username} already."
            raise CommandError(msg)
        password = self._password(from_pipe=options["password_stdin"])
        try:
            validate_password(password, User(username=username, email=email))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        user = users.create_owner(username=username, email=email, password=password)
        told = {"id": user.pk, "username": user.username}
        self.stdout.write(json.dumps(told) if options["json"] else f"{username} may sign in.")

    def _password(self, *, from_pipe: bool) -> str:
        if from_pipe:
            return sys.stdin.readline().rstrip("\n")
        try:
            return getpass.getpass("Password: ")
        except EOFError as error:
            msg = "There is no terminal to ask at. Send the password with --password-stdin."
            raise CommandError(msg) from error
