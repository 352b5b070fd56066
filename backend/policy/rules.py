"""The register of rules: every id, its clause, what carries it and which tests exercise it."""

import ast
import functools
import importlib
import pathlib
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any, TypedDict, TypeVar

import config
from backend.policy.regulation import cut
from config import About, ConfigError, Files, references

REGISTER, OPEN = "policies/rules.csv", "policies/open"
PACKAGE = "backend"
Marked = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef  # what a test's mark can stand on

Carrier = TypeVar("Carrier", bound=Callable[..., Any])
_carriers: dict[str, set[str]] = {}


def carries(*rule_ids: str) -> Callable[[Carrier], Carrier]:
    """Mark the function that carries rules of the register.

    An id that the register does not have is told when Chati starts.

    Args:
        rule_ids: ids of config/policies/rules.csv, such as "M-15".
    """

    def mark(function: Carrier) -> Carrier:
        for rule_id in rule_ids:
            _carriers.setdefault(rule_id, set()).add(f"{function.__module__}.{function.__qualname__}")
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


@functools.cache
class Rule(TypedDict):
    """A rule of the register and what has become of it; status is carried or open."""

    id: str
    clause: str
    rule: str
    carried_by: str | None
    status: str


def rules() -> tuple[Rule, ...]:
    """List every rule with what carries it."""
    import_everything()
    found = carriers()
    return tuple(
        {
            "id": row["id"],
            "clause": row["clause"],
            "rule": row["rule"],
            "carried_by": ", ".join(found.get(row["id"], ())) or None,
            "status": "carried" if row["id"] in found else "open",
        }
        for row in register().values()
    )


def clause_text(rule_id: str) -> str:
    """Give the words of the regulation that a rule comes from, in Chinese, paragraphs on lines of their own.

    Raises:
        LookupError: the id is not in the register.
    """
    return cut(entry(rule_id)["clause"])


def open_rules() -> dict[str, str]:
    """Give the rules whose process is not built yet: {id: what will carry it}."""
    return config.load(OPEN)["open"]


def carriers() -> dict[str, list[str]]:
    """Give what carries each rule, as far as it is imported: {id: [module.function]}."""
    return {rule_id: sorted(functions) for rule_id, functions in _carriers.items()}


def import_everything() -> None:
    """Import every module of the service, so that whatever carries a rule has said so."""
    package = importlib.import_module(PACKAGE)
    for module in pkgutil.walk_packages(package.__path__, f"{PACKAGE}."):
        importlib.import_module(module.name)


def tests(folder: pathlib.Path) -> dict[str, list[str]]:
    """Find `@pytest.mark.rule("…")` below a folder: {id: [module.test]}; empty where there are no tests."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        if "rule(" not in source:
            continue
        module = ".".join(path.relative_to(folder.parent).with_suffix("").parts)
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, Marked):
                for rule_id in _ids(node):
                    found.setdefault(rule_id, []).append(f"{module}.{node.name}")
    return found


@references
def _register_is_whole(files: Files) -> Iterator[ConfigError]:
    """Each rule has a clause of the text, and whatever is carried or open has a rule."""
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


def _ids(node: Marked) -> Iterator[str]:
    """Yield the string arguments of a node's rule marks, those within others too."""
    inside = (one for call in node.decorator_list for one in ast.walk(call))
    for call in inside:
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "rule":
            yield from (arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str))
