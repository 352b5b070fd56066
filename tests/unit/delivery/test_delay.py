import pytest

from backend.delivery import worker
from config.settings import Settings

DOUBLING = [(1, 5), (2, 10), (3, 20), (4, 40), (5, 80), (6, 160), (7, 320), (8, 640), (9, 1280), (10, 2560)]
CAPPED = [(11, 3600), (12, 3600), (96, 3600), (100_000, 3600)]


@pytest.mark.parametrize(("attempts", "longest"), DOUBLING + CAPPED)
def test_the_wait_doubles_up_to_an_hour_and_is_a_quarter_shorter_at_most(attempts, longest):
    waits = [worker.delay(attempts) for _ in range(500)]
    assert all(longest * 0.75 <= wait <= longest for wait in waits)


def test_waits_are_spread_so_that_messages_do_not_come_back_together():
    waits = [worker.delay(8) for _ in range(500)]
    assert max(waits) - min(waits) > 640 * 0.25 * 0.8


def test_all_attempts_together_outlast_a_weekend():
    weekend_s = 63 * 3600  # Friday 18:00 to Monday 9:00
    waits = Settings().worker_attempts - 1
    shortest = sum(min(worker.delay(attempts) for _ in range(50)) for attempts in range(1, waits + 1))
    assert shortest > weekend_s
