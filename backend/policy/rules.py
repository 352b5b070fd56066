"""The register of rules: every id, its clause, what carries it and which tests exercise it."""

import ast
import csv
import functools
import pathlib
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import config
from backend.policy.regulation import cut

BACKEND = pathlib.Path(__file__).parent.parent

Carrier = TypeVar("Carrier", bound=Callable[..., Any])


def carries(*rule_ids: str) -> Callable[[Carrier], Carrier]:
    """Mark the function that carries rules of the register; rules() finds the mark in the source.

    Args:
        rule_ids: ids of config/policies/rules.csv, such as "M-15".

    Raises:
        LookupError: an id is not in the register.
    """
    for rule_id in rule_ids:
        entry(rule_id)
    return lambda function: function


@functools.cache
def register() -> dict[str, dict[str, str]]:
    """Read the register: {id: {id, clause, rule}}, in its order."""
    with config.path("policies/rules.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


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
def rules() -> tuple[dict[str, str | None], ...]:
    """List every rule: {id, clause, rule, carried_by, status}, status carried or open."""
    found = carriers(BACKEND)
    return tuple(
        {
            **row,
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
    return config.load("policies/open")["open"]


def carriers(folder: pathlib.Path) -> dict[str, list[str]]:
    """Find `@carries("…")` in the sources below a folder: {id: [module.function]}.

    Reading the source instead of importing it keeps the register free of Flask and MongoDB and
    leaves no second list that could drift.
    """
    return _marked(folder, "carries", folder.parent)


def tests(folder: pathlib.Path) -> dict[str, list[str]]:
    """Find `@pytest.mark.rule("…")` below a folder: {id: [module.test]}; empty where there are no tests."""
    return _marked(folder, "rule", folder.parent)


def _marked(folder: pathlib.Path, decorator: str, root: pathlib.Path) -> dict[str, list[str]]:
    """Collect the ids that a decorator gives to functions and classes."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        if f"{decorator}(" not in source:
            continue
        module = ".".join(path.relative_to(root).with_suffix("").parts)
        for node in ast.walk(ast.parse(source)):
            for rule_id in _ids(node, decorator):
                found.setdefault(rule_id, []).append(f"{module}.{node.name}")
    return found


def _ids(node: ast.AST, decorator: str) -> Iterator[str]:
    """Yield the string arguments of a node's decorator calls of that name, those within others too."""
    inside = (one for call in getattr(node, "decorator_list", ()) for one in ast.walk(call))
    for call in inside:
        if not isinstance(call, ast.Call):
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name == decorator:
            yield from (arg.value for arg in call.args if isinstance(arg, ast.Constant))
