import pytest

from commissions.matching import outcomes
from commissions.models import Application


class TestNextStep:
    @pytest.mark.parametrize("state", Application.MatchState.values)
    def test_says_what_to_do_about_every_outcome(self, state):
        assert outcomes.next_step(state).endswith(".")
