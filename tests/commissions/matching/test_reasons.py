from commissions.matching.reasons import Reason, in_words


class TestInWords:
    def test_has_words_for_every_code_each_its_own(self):
        words = in_words(Reason)

        assert len(set(words)) == len(Reason)

    def test_says_what_speaks_against_it_last(self):
        assert in_words([Reason.AGENT_OTHER, Reason.LAST_SAME]) == [
            "Same last name",
            "But another agent",
        ]

    def test_takes_codes_as_they_are_stored(self):
        assert in_words([20]) == ["Same MBI"]
