"""The register of rules: every id, its clause, what carries it, what of the product calls that, and which tests."""

import ast
import importlib
import pathlib
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypedDict, TypeVar

import config
from backend.policy import callers
from backend.policy.regulation import cut
from config import About, ConfigError, Files, references

REGISTER, OPEN, SENTENCES = "policies/rules.csv", "policies/open", "policies/sentences"
OPEN_STATE, COMPUTED, IN_PROCESS = STATES = ("open", "computed", "in process")
Marked = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef  # what a test's mark can stand on

Carrier = TypeVar("Carrier", bound=Callable[..., Any])


class Mark(NamedTuple):
    """A function that carries a rule; with `when` it does so only where it is asked for that."""

    function: str
    when: str | None = None

    def __str__(self) -> str:
        """Name the function and what it is asked for."""
        return f"{self.function}({self.when})" if self.when else self.function


_carriers: dict[str, set[Mark]] = {}


def carries(*rule_ids: str, when: str | None = None) -> Callable[[Carrier], Carrier]:
    """Mark the function that carries rules of the register.

    An id that the register does not have is told when Chati starts.

    Args:
        rule_ids: ids of config/policies/rules.csv, such as "M-15".
        when: what the function must be asked for, such as a kind of deadline: who calls it for another kind has
            nothing to do with these rules.
    """

    def mark(function: Carrier) -> Carrier:
        for rule_id in rule_ids:
            _carriers.setdefault(rule_id, set()).add(Mark(f"{function.__module__}.{function.__qualname__}", when))
        return function

    return mark


def register() -> dict[str, dict[str, str]]:
    """Read the register: {id: {id, clause, rule}}, in its order."""
    return config.load(REGISTER)


def entry(rule_id: str) -> dict[str, str]:
    """Give one row of the register.

    Raises:
        LookupError: the id is not in the register.
    """
    try:
        return register()[rule_id]
    except KeyError:
        raise LookupError(f"rule: unknown {rule_id!r}") from None


class Rule(TypedDict):
    """A rule of the register and what has become of it.

    It is `computed` when a function carries it, `in process` when the product comes to such a function, else `open`.
    """

    id: str
    state: str
    clause: str
    rule: str
    carried_by: str | None
    called_by: str | None  # the product's nearest function on the way to what carries it; itself where it is entered
    callers: list[str]  # the whole way, the nearest first
    waits_for: str | None


def rules() -> tuple[Rule, ...]:
    """List every rule with what carries it and what calls that.

    An installed package without sources cannot tell callers: there nothing is said to be in process.
    """
    import_everything()
    waiting, clocks = open_rules(), _clocks()
    found: list[Rule] = []
    for row in register().values():
        marks = sorted(_carriers.get(row["id"], ()), key=str)
        ways = [way for mark in marks if (way := _way(mark, clocks))]
        way = min(ways, key=len, default=())
        found.append(
            {
                "id": row["id"],
                "state": IN_PROCESS if ways else COMPUTED if marks else OPEN_STATE,
                "clause": row["clause"],
                "rule": row["rule"],
                "carried_by": ", ".join(map(str, marks)) or None,
                "called_by": next((name for name in way if not name.startswith(f"{callers.POLICY}.")), None),
                "callers": list(way),
                "waits_for": waiting.get(row["id"]),
            }
        )
    return tuple(found)


def _way(mark: Mark, clocks: frozenset[str]) -> tuple[str, ...]:
    """Give the product's way to a mark; a function that is asked for other things is none."""
    calls = callers.product()
    way = calls.chain(mark.function)
    asked = mark.when is None or (way and mark.when in clocks | calls.texts(mark.function))
    return way if asked else ()


def _clocks() -> frozenset[str]:
    """Give the kinds of deadline that tables of moves start: the code takes their names from the configuration."""
    files = Files(config.ROOT)
    rows = (row for name in files.names() for _, row in About(files, name).each("**.clocks.*"))
    return frozenset(row["kind"] for row in rows if "starts" in row)


def clause_text(rule_id: str) -> str:
    """Give the words of the regulation that a rule comes from, in Chinese, paragraphs on lines of their own.

    Raises:
        LookupError: the id is not in the register.
    """
    return cut(entry(rule_id)["clause"])


def sentences(rule_id: str) -> tuple[str, ...]:
    """Give the sentences of its clause that a rule means; none where it means all of it."""
    return tuple(config.load(SENTENCES).get(rule_id, ()))


def open_rules() -> dict[str, str]:
    """Give the rules whose process is not built yet: {id: what will carry it}."""
    return config.load(OPEN)["open"]


def carriers() -> dict[str, list[str]]:
    """Give what carries each rule, as far as it is imported: {id: [module.function, module.function(kind)]}."""
    return {rule_id: sorted(map(str, marks)) for rule_id, marks in _carriers.items()}


def import_everything() -> None:
    """Import every module of the product, so that whatever carries a rule has said so."""
    for name in callers.PACKAGES:
        for module in pkgutil.walk_packages(importlib.import_module(name).__path__, f"{name}."):
            importlib.import_module(module.name)


def tests(folder: pathlib.Path) -> dict[str, list[str]]:
    """Find `@pytest.mark.rule("…")` below a folder: {id: [module.test]}; empty where there are no tests."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        if "rule(" not in source:
            continue
        module = ".".join(path.relative_to(folder.parent).with_suffix("").parts)
        for rule_id, name in _exercised(ast.parse(source)):
            found.setdefault(rule_id, []).append(f"{module}.{name}")
    return {rule_id: list(dict.fromkeys(names)) for rule_id, names in found.items()}


def _exercised(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield (rule id, test) of one module's marks, on a test or on all of them."""
    for node in ast.walk(tree):
        if isinstance(node, Marked):
            yield from ((rule_id, node.name) for rule_id in _ids(*node.decorator_list))
    every = [node.name for node in tree.body if isinstance(node, Marked) and node.name.lower().startswith("test")]
    for one in tree.body:
        if isinstance(one, ast.Assign) and [ast.unparse(target) for target in one.targets] == ["pytestmark"]:
            yield from ((rule_id, name) for rule_id in _ids(one.value) for name in every)


@references
def _register_is_whole(files: Files) -> Iterator[ConfigError]:
    """Each rule has a clause of the text, and whatever is carried, open or a sentence has a rule."""
    about, waiting = About(files, REGISTER), About(files, OPEN)
    for rule_id, functions in carriers().items():
        if rule_id not in about.data:
            yield about.wrong((rule_id,), f"missing, {functions[0]} carries it")
    for key, clause in about.each("*.clause"):
        try:
            cut(clause)
        except LookupError as error:
            yield about.wrong(key, f"a place in the regulation's text expected, not {clause!r} ({error})")
    for rule_id in waiting.data["open"]:
        if rule_id not in about.data:
            yield waiting.wrong(("open", rule_id), f"an id of {about.file} expected")
    yield from _verbatim(files)


def _verbatim(files: Files) -> Iterator[ConfigError]:
    """Yield what is no sentence of its rule's clause."""
    about, register = About(files, SENTENCES), files[REGISTER]
    for rule_id, meant in about.data.items():
        if rule_id not in register:
            yield about.wrong((rule_id,), f"an id of {REGISTER} expected")
            continue
        clause = register[rule_id]["clause"]
        for place, sentence in enumerate(meant):
            if not any(sentence in line for line in cut(clause).splitlines()):
                yield about.wrong((rule_id, place), f"words of {clause} expected, not {sentence!r}")


def _ids(*marks: ast.expr) -> Iterator[str]:
    """Yield the string arguments of rule marks, those within others too."""
    inside = (one for call in marks for one in ast.walk(call))
    for call in inside:
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "rule":
            yield from (arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str))
