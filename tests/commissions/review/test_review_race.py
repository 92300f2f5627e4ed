"""Two reviewers who decide about one suggestion at the same moment."""

from threading import Barrier, Thread

import pytest
from django.db import connection
from django.urls import reverse

from commissions.models import BookLink, Decision, Link
from tests.commissions.review.conftest import RIGHTS, signed_in
from tests.factories.accounts import UserFactory

PATIENCE = 60


@pytest.mark.django_db(transaction=True)
class TestRace:
    def test_is_decided_by_one_of_two(self, suggest, monkeypatch):
        monkeypatch.setattr("celery.app.base.Celery.send_task", lambda *_args, **_options: None)
        application = suggest(books=2)
        rows = BookLink.objects.order_by("pk").values_list("book_row", flat=True)
        url = reverse("commissions:review_decide", args=[application.pk])
        together, answers = Barrier(2), []

        def decide(row):
            client = signed_in(UserFactory(may=RIGHTS))
            together.wait(PATIENCE)
            sent = {"verdict": "accept", "candidate": f"book-{row}"}
            answers.append(client.post(url, sent, headers={"HX-Request": "true"}))
            connection.close()

        threads = [Thread(target=decide, args=[row]) for row in rows]
        for one in threads:
            one.start()
        for one in threads:
            one.join(PATIENCE)

        assert Decision.objects.filter(is_match=True).count() == 1
        assert BookLink.objects.filter(state=Link.State.LINKED).count() == 1
        texts = [one.content.decode() for one in answers]
        assert sum("decided meanwhile: linked" in text for text in texts) == 1
        assert sum("Linked: book row" in text for text in texts) == 1
