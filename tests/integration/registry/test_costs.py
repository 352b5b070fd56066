import pytest

from backend.accounts.actors import COMMAND
from backend.registry import importing, queries, service


@pytest.fixture
def many(lifts):
    service.save_lifts(
        [{"code": f"{i:06}", "jurisdiction": "500106", "estate_name": "云杉里", "using_unit": "x"} for i in range(300)],
        by=COMMAND,
    )
    return [f"{i:06}" for i in range(300)]


def test_identities_of_a_page_of_lifts_take_three_queries_like_those_of_one(many, queries_of):
    assert queries_of(lambda: queries.identity(many[:1])) == 3
    assert queries_of(lambda: queries.identity(many[:100])) == 3


def test_a_batch_costs_the_same_whatever_its_rows(context, commands):
    def rows(count):
        return [
            {"code": f"{i:06}", "jurisdiction": "500106", "estate_name": "云杉里", "using_unit.name": "演示物业"}
            for i in range(count)
        ]

    def sent_for(count):
        commands.clear()
        save(rows(count))
        return list(commands)

    save = importing.saving(COMMAND)
    save(rows(1))
    assert sent_for(2) == sent_for(100)
