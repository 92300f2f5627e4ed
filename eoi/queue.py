"""How work is handed to the workers: by the names of tasks, which lie above."""

from celery import current_app

REVERSE = "eoi.tasks.reverse_worksheet"


def reverse(reversal_id: int) -> None:
    """Let a worker take a worksheet back."""
    current_app.send_task(REVERSE, [reversal_id])
