"""Questions that the parts of a page share."""

import pytest

from integrations import asked


@pytest.fixture
def times():
    return []


@pytest.fixture
def ask(times):
    @asked.shared
    def double(number, *, more=0):
        times.append(number)
        return number * 2 + more

    return double


def test_are_asked_each_time_outside_a_block(ask, times):
    assert (ask(1), ask(1)) == (2, 2)
    assert times == [1, 1]


def test_are_asked_once_within_one_and_anew_in_the_next(ask, times):
    for _ in range(2):
        with asked.together():
            assert (ask(1), ask(1)) == (2, 2)

    assert times == [1, 1]


def test_differ_by_what_they_are_asked_with(ask, times):
    with asked.together():
        assert (ask(1), ask(2), ask(1, more=5), ask(1, more=5)) == (2, 4, 7, 7)

    assert times == [1, 2, 1]


def test_go_on_being_shared_after_a_block_within(ask, times):
    with asked.together():
        with asked.together():
            ask(1)
        ask(1)

    assert times == [1]


def test_are_forgotten_when_a_block_fails(ask, times):
    with pytest.raises(ZeroDivisionError), asked.together():
        ask(1 // 0)
    ask(1)
    ask(1)

    assert times == [1, 1]


def test_that_fail_are_asked_again(times):
    @asked.shared
    def fail():
        times.append(1)
        raise ZeroDivisionError

    with asked.together():
        for _ in range(2):
            with pytest.raises(ZeroDivisionError):
                fail()

    assert len(times) == 2
