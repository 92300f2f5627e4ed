"""Two pickers that are killed, at the size that is claimed: ``bin/bench at-length``.

Its name keeps it out of the tests, which try the same on a tenth.
"""

import pytest

from tests.eoi_batches import test_dying


@pytest.mark.django_db(transaction=True)
def test_two_pickers_killed_while_they_decide_100_000_rows_lose_and_double_nothing(new_mailbox):
    law = test_dying.test_two_pickers_killed_at_random_lose_nothing_and_double_nothing
    law(new_mailbox, folders=20, files=10, people=500, kills=10)
