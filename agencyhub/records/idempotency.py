"""What a script asked for under an ``Idempotency-Key``, so that asking again makes nothing new."""

from django.db import models


class IdempotencyKey(models.Model):
    """One creation through the API: who asked, for what, and which record came of it.

    Neither the request nor the answer is kept: they hold personal data.
    """

    caller = models.CharField(max_length=40, help_text="The API key or user, as “key-7”.")
    key = models.CharField(max_length=200)
    digest = models.BinaryField(help_text="Keyed digest of the address and the body.")
    record_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("caller", "key", name="idempotency_key_is_used_once_per_caller")
        ]
        indexes = [models.Index("created_at", name="idempotency_key_age")]

    def __str__(self) -> str:
        return f"idempotency key {self.pk}"
