"""How work is handed to the workers: by the names of tasks, which lie above."""

from celery import current_app

STAGE = "agencyhub.imports.tasks.stage_import"
COMMIT = "agencyhub.imports.tasks.import_rows"
FOLLOW_UP = "agencyhub.imports.tasks.follow_up"
UNDO = "agencyhub.imports.tasks.undo_import"


def stage(import_id: int) -> None:
    """Let a worker read and check the file of an import."""
    current_app.send_task(STAGE, [import_id])


def commit(import_id: int) -> None:
    """Let a worker bring the rows of an import into the records."""
    current_app.send_task(COMMIT, [import_id])


def follow_up(import_id: int) -> None:
    """Let a worker do what can wait until the rows are there."""
    current_app.send_task(FOLLOW_UP, [import_id])


def undo(import_id: int) -> None:
    """Let a worker take an import back."""
    current_app.send_task(UNDO, [import_id])
