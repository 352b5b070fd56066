"""What is in process is found by following callers: neither a mark nor the command line suffices."""

import pytest

from backend.policy import callers
from backend.policy import rules as registry
from backend.policy.rules import IN_PROCESS, Mark, carries, rules

SHOP = {
    "__init__": "",
    "law": """
        import functools

        def price(kind): ...
        @functools.cache
        def discount(): ...
        def refund(): return price("refund")
        def tax(): ...
        def fee(): ...
        def duty(): ...
        def toll(): ...
    """,
    "again": "from shop.law import price as cost",
    "till": """
        import functools
        from flask import Blueprint
        from shop import again, law
        from shop.law import duty, fee, tax
        from shop.law import toll as toll_of

        pages = Blueprint("till", __name__)
        FEES = {"small": fee}
        UNREAD = {"large": duty}

        @pages.get("/")
        def sold(): return total("sale")
        def total(kind: duty) -> duty: return again.cost(kind)
        def given_back(): return law.refund()
        @functools.cache
        def kept(): return law.discount()
        class Drawer:
            def shut(self): return tax()
            def open(self): return FEES
            def lost(self, toll_of): return toll_of()
            def forgotten(self): return law.toll()
        def other(law: law.tax): return law.discount()
        def init_app(app): app.add(Drawer().shut, other)
    """,
    "counter": "from shop.till import sold, Drawer\ndef look(drawer): return drawer.open",
}


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """Follow a small package of its own."""
    (tmp_path / "shop").mkdir()
    for name, text in SHOP.items():
        lines = [line.removeprefix("        ") for line in text.splitlines()]
        (tmp_path / "shop" / f"{name}.py").write_text("\n".join(lines))
    monkeypatch.syspath_prepend(tmp_path)
    return callers.Calls(callers.sources("shop"))


def test_a_chain_is_followed_through_imports_under_other_names_to_where_the_product_is_entered(shop):
    assert shop.chain("shop.law.price") == ("shop.till.total", "shop.till.sold")


def test_what_is_entered_itself_is_its_own_caller(shop):
    assert shop.chain("shop.till.sold") == ("shop.till.sold",)


def test_a_function_that_only_uncalled_functions_call_is_not_come_to(shop):
    assert shop.chain("shop.law.refund") == ()


def test_a_decorator_of_the_standard_library_calls_nothing(shop):
    assert shop.chain("shop.law.discount") == ()


def test_a_method_is_come_to_where_its_class_is_and_its_name_is_asked_for(shop):
    assert shop.chain("shop.law.tax")[:2] == ("shop.till.Drawer.shut", "shop.till.init_app")
    assert shop.chain("shop.till.Drawer.open") == ()


def test_a_function_in_a_table_that_nobody_reads_is_not_come_to(shop):
    assert shop.chain("shop.law.duty") == ()
    assert shop.chain("shop.law.fee") == ()


def test_an_argument_hides_the_function_whose_name_it_has(shop):
    assert shop.chain("shop.law.toll") == ()


def test_the_texts_that_reach_a_function_are_those_of_the_ways_that_are_taken(shop):
    assert shop.texts("shop.law.price") == {"sale"}


def test_a_package_without_sources_is_followed_nowhere(tmp_path, monkeypatch):
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "__init__.pyc").write_bytes(b"")
    monkeypatch.syspath_prepend(tmp_path)
    nothing = callers.Calls(callers.sources("bare"))
    assert nothing.chain("bare.some") == ()


@pytest.fixture
def state(monkeypatch):
    """Mark a function of the product for a rule that has no other mark, and give the rule's state."""
    monkeypatch.setattr(registry, "import_everything", lambda: None)

    def of(function, when=None):
        monkeypatch.setattr(registry, "_carriers", {"M-01": {Mark(function, when)}})
        return next(row for row in rules() if row["id"] == "M-01")["state"]

    return of


def test_a_mark_alone_makes_nothing_of_a_function_that_only_the_command_line_calls(state):
    assert state("backend.policy.commands._exit") == "computed"
    assert state("backend.policy.exits.findings") == "computed"


def test_what_only_the_made_up_city_calls_is_no_process(state):
    assert callers.product().chain("backend.demo.history.build") == ()
    assert state("backend.demo.history.build") == "computed"


def test_a_page_and_what_a_page_calls_are_in_process(state):
    assert state("backend.card.pages.scanned") == "in process"
    assert state("backend.policy.visits.interval") == "in process"


def test_a_deadline_is_in_process_for_the_kinds_that_a_clock_of_the_product_has(state):
    assert state("backend.policy.deadlines.deadline", "mediation") == "in process"
    assert state("backend.policy.deadlines.deadline", "report_verify_extended") == "in process"
    assert state("backend.policy.deadlines.deadline", "publicity") == "in process"  # named where a label is asked for
    assert state("backend.policy.deadlines.deadline", "test_upload") == "computed"
    assert state("backend.policy.deadlines.deadline", "no such kind") == "computed"


def test_a_mark_with_a_kind_names_it(monkeypatch):
    monkeypatch.setattr(registry, "_carriers", {})
    carries("M-02", when="seldom")(max)
    assert registry.carriers() == {"M-02": ["builtins.max(seldom)"]}


def test_the_way_of_a_rule_in_process_ends_where_the_product_is_entered():
    for row in rules():
        assert bool(row["callers"]) == (row["state"] == IN_PROCESS), row["id"]
        assert not any(name.startswith(callers.APART) for name in row["callers"])
        assert bool(row["called_by"]) == bool(row["callers"])
