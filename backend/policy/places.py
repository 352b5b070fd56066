"""A module's source read into places: functions, methods, classes and variables, each with the names in it."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

STARTS = ("create_app", "init_app")  # what puts the application together

Functions = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(slots=True)
class Place:
    """A function, method, class, variable or the top of a module, and what it names; names are dotted."""

    name: str
    leads: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)  # attributes, some of them of a thing whose class is not known
    given: list[tuple[str, set[str]]] = field(default_factory=list)  # (what is called, texts it is given)
    methods: dict[str, str] = field(default_factory=dict)
    decorators: set[str] = field(default_factory=set)
    bases: set[str] = field(default_factory=set)
    entered: bool = False  # runs by itself


class Module:
    """One module being read: what its own names stand for, and its places."""

    def __init__(self, name: str, text: str) -> None:
        """Read a module.

        Args:
            name: with dots.
            text: its source.
        """
        self.name, self.places = name, [Place(name, entered=True)]
        statements = list(_statements(ast.parse(text).body))
        self.scope = dict(self._bound(statements))
        for one in statements:
            self._read(one)

    def _bound(self, statements: Iterable[ast.stmt]) -> Iterator[tuple[str, str]]:
        """Yield what a name stands for; of several meanings the first import, which the others are instead of."""
        imported = [one for one in statements if isinstance(one, ast.Import | ast.ImportFrom)]
        yield from ((name, f"{self.name}.{name}") for one in statements for name in _named(one))
        yield from (pair for one in reversed(imported) for pair in _imported(one))

    def _read(self, one: ast.stmt) -> None:
        if isinstance(one, Functions):
            self._function(one, self.name)
        elif isinstance(one, ast.ClassDef):
            self._class(one)
        elif isinstance(one, ast.Assign | ast.AnnAssign):
            for name in _named(one):  # what stands in a table is called by whoever names the table
                self.places.append(self._filled(Place(f"{self.name}.{name}"), [one]))
        elif not isinstance(one, ast.Import | ast.ImportFrom):
            self._filled(self.places[0], [one])

    def _function(self, one: Functions, within: str) -> Place:
        place = Place(f"{within}.{one.name}", decorators=self._decorators(one), entered=one.name in STARTS)
        self.places.append(self._filled(place, [one]))
        return place

    def _class(self, one: ast.ClassDef) -> None:
        name = f"{self.name}.{one.name}"
        bases = {full for base in one.bases if (full := self._full(_dotted(base)))}
        inner = [stmt for stmt in one.body if isinstance(stmt, Functions)]
        methods = {stmt.name: self._function(stmt, name).name for stmt in inner}
        place = Place(name, decorators=self._decorators(one), bases=bases, methods=methods)
        rest = [stmt for stmt in one.body if stmt not in inner]
        self.places.append(self._filled(place, [*rest, *one.bases, *one.decorator_list]))

    def _decorators(self, one: Functions | ast.ClassDef) -> set[str]:
        names = (_dotted(each.func if isinstance(each, ast.Call) else each) for each in one.decorator_list)
        return {full for name in names if (full := self._full(name))}

    def _full(self, name: str | None) -> str | None:
        """Give a dotted name with what its first part stands for; None where that is not known."""
        first, _, rest = (name or "").partition(".")
        meant = self.scope.get(first)
        return meant and ".".join(filter(None, (meant, rest)))

    def _filled(self, place: Place, nodes: Iterable[ast.AST]) -> Place:
        """Write into a place what its code names."""
        visible = [inner for node in nodes for inner in _visible(node)]
        outer, self.scope = self.scope, dict(self._seen(visible, top=place.name == self.name))
        for one in visible:
            if isinstance(one, ast.Name | ast.Attribute) and (full := self._full(_dotted(one))):
                place.leads.add(full)
            if isinstance(one, ast.Attribute):
                place.asked.add(one.attr)
            if isinstance(one, ast.Call) and (called := self._full(_dotted(one.func))):
                values = [*one.args, *(keyword.value for keyword in one.keywords)]
                texts = {
                    each.value for each in values if isinstance(each, ast.Constant) and isinstance(each.value, str)
                }
                place.given.append((called, texts))
        self.scope = outer
        return place

    def _seen(self, visible: Iterable[ast.AST], *, top: bool) -> Iterator[tuple[str, str]]:
        """Yield what names stand for within some code: an argument or a variable of its own hides the module's."""
        hidden = {one.arg for one in visible if isinstance(one, ast.arg)}
        if not top:
            hidden |= {one.id for one in visible if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
        yield from ((name, meant) for name, meant in self.scope.items() if name not in hidden)
        for one in visible:
            if isinstance(one, ast.Import | ast.ImportFrom):
                yield from _imported(one)


def _imported(one: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    for alias in one.names:
        if isinstance(one, ast.ImportFrom):
            yield alias.asname or alias.name, f"{one.module}.{alias.name}"
        else:
            first = alias.name.partition(".")[0]
            yield alias.asname or first, alias.name if alias.asname else first


def _statements(body: Iterable[ast.stmt | ast.ExceptHandler]) -> Iterator[ast.stmt]:
    """Yield the statements of a module's top, those within `if`, `try` and `with` too, and what such a one asks."""
    for one in body:
        if not isinstance(one, ast.If | ast.Try | ast.With | ast.ExceptHandler):
            yield one
            continue
        inner = list(ast.iter_child_nodes(one))
        yield from _statements(each for each in inner if isinstance(each, ast.stmt | ast.ExceptHandler))
        asked = (each.context_expr if isinstance(each, ast.withitem) else each for each in inner)
        yield from (ast.Expr(each) for each in asked if isinstance(each, ast.expr))


def _named(one: ast.stmt) -> list[str]:
    """List the names that a statement gives something."""
    if isinstance(one, Functions | ast.ClassDef):
        return [one.name]
    if not isinstance(one, ast.Assign | ast.AnnAssign | ast.For):
        return []
    return [node.id for node in ast.walk(one) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]


def _dotted(one: ast.AST) -> str | None:
    """Give `a.b.c` as text; None for anything else, such as an attribute of what a call gives back."""
    parts: list[str] = []
    while isinstance(one, ast.Attribute):
        parts.insert(0, one.attr)
        one = one.value
    return ".".join([one.id, *parts]) if isinstance(one, ast.Name) else None


def _visible(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and all below it but annotations: they call nothing."""
    yield tree
    for name, value in ast.iter_fields(tree):
        if name not in ("annotation", "returns"):
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, ast.AST):
                    yield from _visible(one)
