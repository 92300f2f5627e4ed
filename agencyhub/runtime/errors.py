"""What can go wrong around the embedded services, in words for the person at the terminal."""


class RuntimeProblem(Exception):  # noqa: N818 - read as a sentence, not as a bug
    """The services or a process cannot start or went away; the message says what to do."""
