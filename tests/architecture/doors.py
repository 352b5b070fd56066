"""Reads in the source which collections, documents, endpoints and blocks of the card each slice reaches for."""

import ast
import contextlib
import importlib
import pathlib
import re
import types
from collections import defaultdict
from functools import cache

import mongoengine as me
from jinja2 import Environment, nodes
from werkzeug.exceptions import HTTPException

from backend.foundation.database import stored_documents

ROOT = pathlib.Path(__file__).parents[2]
FOLDERS = ("backend", "bot")
SOURCES = [ROOT / "wsgi.py", *(file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*.py")))]
TEMPLATES = [file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*.html"))]
STAGES = {"$lookup", "$graphLookup", "$unionWith", "$merge", "$out"}
NAMED_IN_STAGE = {"from", "coll", "into"}
UNREADABLE = "a name that is not written down here"
ROUTES = {"get", "post", "route", "Blueprint", "JsonBlueprint", "compile"}
PATH = re.compile(r"^(?:1|https?://[^/]+)?(/[a-zA-Z][^?#\s]*)")
LED = re.compile(r"(?:href|action|src)=[\"'](/[a-zA-Z][^?#\"'\s]*)")
BLOCK_PATH = re.compile(r"blocks\.(\w+)")


def slice_of(module):
    """Name the slice of a module: `bot` for all of it, the part below `backend` otherwise."""
    first, *rest = module.split(".")
    return rest[0] if first == "backend" and rest else first


def module_of(file):
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def slice_of_template(file):
    """Name the slice of a template: that of its folder; those beside the folders are everybody's, so foundation's."""
    first, *rest = file.relative_to(ROOT).parts
    below = rest[rest.index("templates") + 1 :]
    return "bot" if first == "bot" else below[0] if len(below) > 1 else "foundation"


@cache
def tree_of(file):
    return ast.parse(file.read_text())


@cache
def owners_of_collections():
    """Collection -> the slice that declares its document."""
    for file in SOURCES:
        if "Document" in file.read_text():
            importlib.import_module(module_of(file))
    return {cls._get_collection_name(): slice_of(cls.__module__) for cls in stored_documents()}


@cache
def named_by(*functions):
    """First argument -> the slice, for each call of functions that give something its name."""
    return {
        text(node.args[0]): slice_of(module_of(file))
        for file in SOURCES
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.Call) and called(node) in functions and node.args and text(node.args[0])
    }


def text(node):
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def called(node):
    """Return the last name of what is called: `find` of `database.collection("x").find(…)`."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)


def collections(tree):
    """Yield the name of each collection that a module opens, UNREADABLE where it is told by nobody in the module."""
    passed = openers(tree)
    parameters = {name for names in passed.values() for _, name in names}
    for node in ast.walk(tree):
        if (name := opened_by(node)) is not None:
            if getattr(name, "id", None) not in parameters:
                yield text(name) or UNREADABLE
        elif isinstance(node, ast.Call):
            given = [(place, name) for place, name in passed.get(called(node), ()) if place < len(node.args)]
            yield from (text(node.args[place]) or UNREADABLE for place, _ in given)
        elif isinstance(node, ast.Dict):
            yield from staged(node)


def opened_by(node):
    """Return what a collection is opened by: the argument of `collection(…)`, the key of `database()[…]`."""
    if isinstance(node, ast.Call) and called(node) in {"collection", "get_collection"} and node.args:
        return node.args[0]
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Call) and called(node.value) == "database":
        return node.slice
    return None


def openers(tree):
    """Function -> the place and name of those of its parameters that it opens collections by."""
    found = defaultdict(set)
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        names = [argument.arg for argument in function.args.args]
        used = {getattr(opened_by(node), "id", None) for node in ast.walk(function)}
        found[function.name] |= {(place, name) for place, name in enumerate(names) if name in used}
    return found


def staged(node):
    """Yield the collections that a stage of a pipeline reads or writes."""
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None or text(key) not in STAGES:
            continue
        if not isinstance(value, ast.Dict):
            yield text(value) or UNREADABLE
            continue
        for name, part in zip(value.keys, value.values, strict=True):
            if name is not None and text(name) in NAMED_IN_STAGE:
                yield text(part) or UNREADABLE


def documents(tree):
    """Yield the document classes that a module takes from other modules, by name or out of a whole module."""
    modules = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module.startswith(FOLDERS):
            for alias in node.names:
                found = member(node.module, alias.name)
                if isinstance(found, types.ModuleType):
                    modules[alias.asname or alias.name] = found
                yield from [found] if is_document(found) else []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found = getattr(modules.get(node.value.id), node.attr, None)
            yield from [found] if is_document(found) else []


def member(module, name):
    """Return what a module holds by a name, a module below it too."""
    found = getattr(importlib.import_module(module), name, None)
    return found if found is not None else importlib.import_module(f"{module}.{name}")


def is_document(found):
    """Tell whether something is a class of stored documents; an abstract one has no collection."""
    return isinstance(found, type) and issubclass(found, me.Document) and not found._meta.get("abstract")


def endpoints(tree):
    """Yield the endpoints that a module links to."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in {"url_for", "path_to"} and node.args:
            yield text(node.args[0]) or UNREADABLE


def paths(tree):
    """Yield the paths of pages that a module writes out, with 1 for each part that is filled in; routes left out."""
    inside = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node) in ROUTES | {"path_to"}
        for inner in ast.walk(node)
    } | {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if id(node) not in inside and isinstance(node, ast.Constant | ast.JoinedStr):
            parts = node.values if isinstance(node, ast.JoinedStr) else [node]
            written = "".join("1" if isinstance(part, ast.FormattedValue) else text(part) or "" for part in parts)
            if found := PATH.search(written):
                yield found[1]


def template_paths(parsed):
    """Yield the same of a template: where its links and forms lead."""
    written = "".join(
        part.data if isinstance(part, nodes.TemplateData) else "1"
        for output in parsed.find_all(nodes.Output)
        for part in output.nodes
    )
    yield from LED.findall(written)


def blueprint_at(app, path):
    """Return the blueprint whose page stands at a path, None where there is none."""
    for method in ("GET", "POST"):
        with contextlib.suppress(HTTPException):
            endpoint, _ = app.url_map.bind("").match(path, method=method)
            return endpoint.partition(".")[0] if "." in endpoint else None
    return None


def blocks(tree):
    """Yield the blocks of a card that a module reaches into: `card["blocks"]["upkeep"]`, `"blocks.upkeep.visits"`."""
    aliases = {target.id for target, value in assigned(tree) if is_blocks(value) and isinstance(target, ast.Name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and is_blocks(node.value, aliases):
            yield text(node.slice) or UNREADABLE
        elif isinstance(node, ast.Call) and called(node) == "get" and is_blocks(node.func.value, aliases):
            yield text(node.args[0]) or UNREADABLE
        elif (path := text(node)) and (found := BLOCK_PATH.match(path)):
            yield found[1]
        elif isinstance(node, ast.JoinedStr) and text(node.values[0]) == "blocks.":
            yield UNREADABLE


def assigned(tree):
    """Yield each target of an assignment with its value."""
    for node in (node for node in ast.walk(tree) if isinstance(node, ast.Assign)):
        for target in node.targets:
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                yield from zip(target.elts, node.value.elts, strict=True)
            else:
                yield target, node.value


def is_blocks(node, aliases=frozenset()):
    """Tell whether an expression is all the blocks of a card."""
    if isinstance(node, ast.Subscript):
        return text(node.slice) == "blocks"
    if isinstance(node, ast.Call):
        return called(node) == "get" and bool(node.args) and text(node.args[0]) == "blocks"
    return isinstance(node, ast.Name) and node.id in aliases


def template(source):
    return Environment(extensions=["jinja2.ext.do"]).parse(source)


def template_endpoints(parsed):
    """Yield the endpoints that a template links to."""
    for call in parsed.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "url_for":
            yield getattr(call.args[0], "value", UNREADABLE)


def template_blocks(parsed):
    """Yield the blocks of a card that a template reaches into."""
    for node in parsed.find_all((nodes.Getattr, nodes.Getitem, nodes.Call)):
        if isinstance(node, nodes.Call):
            inner = node.node
            if isinstance(inner, nodes.Getattr) and inner.attr == "get" and key_of(inner.node) == "blocks":
                yield getattr(node.args[0], "value", UNREADABLE)
        elif key_of(node.node) == "blocks" and key_of(node) != "get":
            yield key_of(node) or UNREADABLE


def key_of(node):
    """Return by which name a template takes something out of another thing."""
    if isinstance(node, nodes.Getattr):
        return node.attr
    return getattr(node.arg, "value", None) if isinstance(node, nodes.Getitem) else None


def in_sources(look):
    """Return (slice, what it reaches for) over all modules."""
    return {(slice_of(module_of(file)), found) for file in SOURCES for found in look(tree_of(file))}


def in_templates(look):
    """Return (slice, what it reaches for) over all templates."""
    return {(slice_of_template(file), found) for file in TEMPLATES for found in look(template(file.read_text()))}
