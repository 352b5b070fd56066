"""How callers are followed, by each way in which one piece of a program can name another."""

import pytest

from backend.policy import callers
from backend.policy.callers import APART, PACKAGES, POLICY, Calls
from backend.policy.places import STARTS, Module

LAW = """
def price(kind=None): ...
def tax(): ...
class Book:
    def opened(self): ...
    def read(self): return tax()
    async def lent(self): return price()
"""


def follow(till, law=LAW, **more):
    """Follow a shop of a few modules; what `__init__` holds is the package itself."""
    return Calls([("shop.law", law), ("shop.till", till), *((f"shop.{name}", text) for name, text in more.items())])


def test_what_a_module_does_at_its_top_is_done_by_importing_it():
    assert follow("from shop.law import price\nprice()").chain("shop.law.price") == ("shop.till",)
    assert follow("from shop.law import price\nwhile price(): ...").chain("shop.law.price") == ("shop.till",)


NAMED = [
    "from shop import law\nlaw.price()",
    "from shop import law as book\nbook.price()",
    "from shop.law import price\nprice()",
    "from shop.law import price as cost\ncost()",
    "import shop.law\nshop.law.price()",
    "import shop.law as book\nbook.price()",
    "from shop.again import price\nprice()",
    "from shop.again import cost\ncost()",
    "from shop import again\nagain.cost()",
    "import shop.again as more\nmore.law.price.cache_clear()",
    "from shop import through\nthrough.again.law.price()",
    "if True:\n    from shop.law import price\nelse:\n    print()\nprice()",
    "from shop.law import price\nif price():\n    pass",
    "from shop.law import price\nwith price():\n    pass",
    "from shop.law import price\ntry:\n    print()\nexcept OSError:\n    price()",
    "try:\n    import shop_of_others\nexcept ImportError:\n    from shop.law import price\nprice()",
    "if True:\n    from shop.law import price\nelse:\n    price = None\nprice()",
    "try:\n    from shop.law import price\nfinally:\n    x = 1\nprice()",
    "def start():\n    from shop.law import price\n    price()\nstart()",
    "def start():\n    import shop.law as book\n    return book.price\nstart()",
    "from shop import law\nstart = [law.price]\nprint(start)",
    "from shop import law\nstart: list = [law.price]\nprint(start)",
    "from shop import law\nasync def start(): return law.price()\nprint(start)",
    "from shop import law\nclass Start:\n    priced = law.price\nStart()",
    "from shop import law\nclass Start(law.price): ...\nStart()",
    "from shop import law\n@law.price\nclass Start: ...\nStart()",
    "from shop import law\nclass Start:\n    def __enter__(self): return law.price()\nStart()",
    "from shop import law\nclass Start:\n    def run(self): return law.price()\nStart().run()",
    "from shop import law\nclass Start:\n    async def run(self): return law.price()\nStart().run()",
    "from shop import law\ndef run(start): return start.run()\nclass Start:\n"
    "    def run(self): return law.price()\nrun(Start)",
    "from flask import View\nfrom shop import law\nclass Start(View):\n"
    "    def get(self): return law.price()\nprint(Start)",
    "import flask\nfrom shop import law\nclass Start(object, flask.views.View):\n"
    "    def get(self): return law.price()\nprint(Start)",
    "from shop import law\ndef start(one): return one(law.price)\nstart(print)",
    "from shop import law\ndef start(): return lambda kind: law.price(kind)\nstart()",
    "from shop import law\ndef start():\n    def inner(): return law.price()\n    return inner\nstart()",
    "from flask import route\nfrom shop import law\n@route\ndef start(): return law.price()",
    "import flask\nfrom shop import law\n@flask.route('/')\ndef start(): return law.price()",
    "from flask import Pages\nfrom shop import law\npages = Pages()\n@pages.get('/')\ndef start(): return law.price()",
    "import flask\nfrom shop import law\nclass One:\n    @flask.route\n    def start(self): return law.price()",
    "import flask\nfrom shop import law\n@flask.add\nclass One:\n    priced = law.price",
    "from shop import law\ndef create_app(): return law.price()",
    "from shop import law\ndef init_app(app): app.add(law.price)",
    "from shop.law import Book\nBook().lent()",
]


@pytest.mark.parametrize("till", NAMED)
def test_each_way_of_naming_a_function_leads_to_it(till):
    again = "from shop import law\nfrom shop.law import price\nfrom shop.law import price as cost"
    found = follow(till, again=again, through="from shop import again")
    assert found.chain("shop.law.price")


UNNAMED = [
    "from shop.law import tax\ntax()",
    "from shop import law",
    "from shop.law import price",
    "from shop.law import price\ndef start(): return price()",
    "from shop.law import price\nstart = [price]",
    "from shop.law import price\nclass Start:\n    def run(self): return price()\nStart()",
    "from shop.law import price\nclass Start:\n    def run(self): return price()\nprint(run)",
    "from shop.law import price\nclass Start:\n    def run(self): return price()\nprint(print.run)",
    "from shop.law import price\ndef start(price): return price()\nstart(1)",
    "from shop.law import price\ndef start(*price): return price\nstart(1)",
    "from shop.law import price\ndef start(*, price=1): return price\nstart()",
    "from shop.law import price\ndef start():\n    price = 1\n    return price\nstart()",
    "from shop.law import price\ndef start():\n    for price in (): print(price)\nstart()",
    "from shop.law import price\ndef start(kind: price) -> price: ...\nstart(1)",
    "from shop.law import price\nkind: price = 1\nprint(kind)",
    "from shop.law import price\ndef start():\n    kind: price = 1\nstart()",
    "import functools\nfrom shop import law\n@functools.cache\ndef start(): return law.price()",
    "import builtins\nfrom shop import law\n@builtins.callable\ndef start(): return law.price()",
    "from shop import law\n@law.tax\ndef start(): return law.price()",
    "from shop.gone import mark\nfrom shop import law\n@mark\ndef start(): return law.price()",
    "from shop import law\n@unknown\ndef start(): return law.price()",
    "from shop.law import Book\nclass Start(Book):\n    def get(self): return law.price()\nStart()",
    "from shop import law\nclass Start:\n    def get(self): return law.price()\nprint(Start)",
    "from shop.law import Book\nBook()",
    "from shop.law import Book\nBook().read()",
    "from shop import law\nlaw().price()",
    "from shop import law\nlaw = 1\n",
    "from shop.round import price\nprice()",
    "from shop.nowhere import price\nprice()",
    "import shop\nshop.price()",
]


@pytest.mark.parametrize("till", UNNAMED)
def test_what_nothing_that_runs_names_is_not_come_to(till):
    assert follow(till, round="from shop.round import price").chain("shop.law.price") == ()


def test_the_shortest_way_is_given_its_own_caller_first_and_the_entry_last():
    till = "from shop import law\ndef a(): return law.price()\ndef b(): return a()\ndef init_app(app): return b()"
    assert follow(till).chain("shop.law.price") == ("shop.till.a", "shop.till.b", "shop.till.init_app")
    shorter = f"{till}\ndef create_app(): return a()"
    assert follow(shorter).chain("shop.law.price") == ("shop.till.a", "shop.till.create_app")
    assert follow(till).chain("shop.till.b") == ("shop.till.init_app",)
    assert follow(till).chain("shop.till.init_app") == ("shop.till.init_app",)
    assert follow(till).chain("shop.law.tax") == follow(till).chain("shop.law.none") == ()


def test_two_functions_that_call_each_other_are_entered_by_neither():
    till = "from shop import law\ndef a(): return b()\ndef b(): return a(), law.price()"
    assert follow(till).chain("shop.law.price") == ()
    assert follow(f"{till}\na()").chain("shop.law.price") == ("shop.till.b", "shop.till.a", "shop.till")
    assert follow("def a(): return a()").chain("shop.till.a") == ()


def test_a_method_is_come_to_by_who_asks_for_it_before_its_class_or_after():
    till = """
from shop.law import Book
def asks(book): return book.read()
def makes(): return Book()
"""
    for order in ("asks(makes())", "makes()\nasks(1)"):
        assert follow(f"{till}\ndef init_app(): {order.replace(chr(10), ';')}").chain("shop.law.tax") == (
            "shop.law.Book.read",
            "shop.till.asks",
            "shop.till.init_app",
        )
    assert follow(f"{till}\nmakes()").chain("shop.law.Book.read") == ()
    assert follow(f"{till}\nasks(1)").chain("shop.law.Book.read") == ()


def test_a_method_named_by_its_class_is_come_to_through_whatever_follows_its_name():
    found = follow("from shop import law\nlaw.Book.read.fget.cache.clear()")
    assert found.chain("shop.law.Book.read") == ("shop.till",)
    assert found.chain("shop.law.tax") == ("shop.law.Book.read", "shop.till")


def test_methods_that_python_itself_calls_come_with_their_class():
    law = "def price(): ...\nclass Book:\n    def __init__(self): price()\n    def _init(self): price()"
    assert follow("from shop.law import Book\nBook()", law).chain("shop.law.price") == (
        "shop.law.Book.__init__",
        "shop.law.Book",
        "shop.till",
    )
    assert follow("from shop.law import Book\nBook()", law).chain("shop.law.Book._init") == ()


TEXTS = [
    ("price('a')", {"a"}),
    ("price(kind='a')", {"a"}),
    ("price('a', more='b')", {"a", "b"}),
    ("price('a')\nprice('b')", {"a", "b"}),
    ("price(1, None, b'x')", set()),
    ("price(['a'])", set()),
    ("price(tax('a'))", set()),
    ("tax('a')", set()),
    ("asked('a')", {"a", "inner"}),
    ("law.price('a')", {"a"}),
    ("other('a')", set()),
    ("def never(): price('a')", set()),
    ("def init_app(app): price('a')", {"a"}),
]


@pytest.mark.parametrize(("till", "texts"), TEXTS)
def test_the_texts_that_reach_a_function_are_those_of_the_calls_that_lead_to_it(till, texts):
    head = "from shop import law\nfrom shop.law import price, tax\n"
    more = "def asked(kind): return price('inner', kind)\ndef other(kind): ...\n"
    assert follow(head + more + till).texts("shop.law.price") == texts


def test_what_is_apart_is_neither_entered_nor_passed_through(monkeypatch):
    till = "from shop import law\ndef start(): return law.price()"
    counter = "from shop.till import start\nstart()"
    assert follow(till, counter=counter).chain("shop.law.price") == ("shop.till.start", "shop.counter")
    monkeypatch.setattr(callers, "APART", ("shop.till",))
    assert follow(till, counter=counter).chain("shop.law.price") == ()
    assert follow(f"{till}\nstart()").chain("shop.till.start") == ()
    monkeypatch.setattr(callers, "APART", ("shop.till.start",))
    assert follow(till, counter=counter).chain("shop.till.start") == ()
    monkeypatch.setattr(callers, "APART", ("shop.ti",))
    assert follow(till, counter=counter).chain("shop.law.price")
    monkeypatch.setattr(callers, "POLICY", "shop.counter")
    assert follow(till, counter=counter).chain("shop.law.price") == ()
    monkeypatch.setattr(callers, "POLICY", "shop.till")
    assert follow(till, counter=counter).chain("shop.law.price") == ("shop.till.start", "shop.counter")


def test_a_package_deep_below_another_is_ours_as_well():
    one = "from one.gone import mark\n@mark\ndef start(): ..."
    assert Calls([("one.two.three", one)]).chain("one.two.three.start") == ()


def test_a_module_s_places_say_what_they_name():
    text = """
import functools as f
from shop import law
def made(kind): return law.price("a", kind.colour)
class Drawer(law.Book):
    @f.cache
    def shut(self): ...
    def open(self): ...
    size = law.tax
rows: list = [law.tax]
for row, other in rows: made(row)
"""
    module = Module("shop.till", text)
    places = {place.name: place for place in module.places}
    assert list(places) == [
        "shop.till",
        "shop.till.made",
        "shop.till.Drawer.shut",
        "shop.till.Drawer.open",
        "shop.till.Drawer",
        "shop.till.rows",
    ]
    assert [name for name, place in places.items() if place.entered] == ["shop.till"]
    assert module.scope == {
        "f": "functools",
        "law": "shop.law",
        **{name: f"shop.till.{name}" for name in ("made", "Drawer", "rows", "row", "other")},
    }
    assert places["shop.till.made"].given == [("shop.law.price", {"a"})]
    assert places["shop.till.made"].asked == {"price", "colour"}
    assert {"shop.law.price", "shop.law"} <= places["shop.till.made"].leads
    drawer = places["shop.till.Drawer"]
    assert drawer.methods == {"shut": "shop.till.Drawer.shut", "open": "shop.till.Drawer.open"}
    assert (drawer.bases, drawer.decorators) == ({"shop.law.Book"}, set())
    assert drawer.asked == {"Book", "tax"}
    assert places["shop.till.Drawer.shut"].decorators == {"functools.cache"}
    assert places["shop.till"].given == [("shop.till.made", set())]


def test_where_the_product_is_entered_and_what_is_no_process_of_it():
    assert STARTS == ("create_app", "init_app")
    assert PACKAGES == ("backend", "bot")
    assert (POLICY, APART) == ("backend.policy", ("backend.policy.commands", "backend.demo"))
    product = callers.product()
    for name in ("deadlines._catalogue_fits", "visits._tables_are_whole", "exits.LIFT_LOOKS", "commands._calendar"):
        assert product.chain(f"backend.policy.{name}") == (), name


def test_the_sources_of_a_package_are_named_as_they_are_imported(tmp_path, monkeypatch):
    for path, text in {
        "yard/__init__.py": "A = 1",
        "yard/gate.py": "门 = 2",
        "yard/shed/__init__.py": "",
        "yard/shed/rake.py": "B = 3",
        "yard/notes.txt": "no source",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    assert list(callers.sources("yard")) == [
        ("yard", "A = 1"),
        ("yard.gate", "门 = 2"),
        ("yard.shed", ""),
        ("yard.shed.rake", "B = 3"),
    ]
    assert list(callers.sources("no_such_package_here")) == []
