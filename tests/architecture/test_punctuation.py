"""Chinese that people read has Chinese punctuation: in every template, in config/ and in the code."""

import ast
import pathlib
import re
import tomllib

import pytest

ROOT = pathlib.Path(__file__).parents[2]
FOLDERS = ("backend", "bot", "qr", "config")
PLACEHOLDER = "\ue000"
CHINESE = "\u3400-\u9fff"
WIDE = rf"[{CHINESE}\u3001-\u303f\uff01-\uff5e“”‘’…—{PLACEHOLDER}]"
# A half-width mark beside Chinese, or one that ends a sentence or clause of a text that is mainly Chinese.
BESIDE = re.compile(rf"(?:(?<=[{CHINESE}])|(?<=[）》”]))\s*[,;:!?()]|[,;:!?()](?=[{CHINESE}])")
ENDING = re.compile(rf"(?<=\S)[,;:!?](?=[\s{PLACEHOLDER}]|$)|(?<={PLACEHOLDER})[,;!?]")
# Quoted or read by a machine: the regulation's text as published, places in it, expressions for what people type.
QUOTED = {"policies/sentences.toml", "policies/rules.csv"}
MACHINE_KEYS = ("clause", "neighbours")


def wrong_in(text):
    """Return the places of a text where a half-width mark stands for a full-width one."""
    found = []
    for line in re.sub(r"\{[^{}]*\}|`[^`]*`", PLACEHOLDER, text).split("\n"):
        chinese, other = re.findall(f"[{CHINESE}]", line), re.findall(r"[\w-]+", line, flags=re.ASCII)
        mainly = bool(chinese) and 2 * len(other) <= len(chinese)
        begins = bool(chinese) and re.search(r"[^\W\d_]", line)[0] == chinese[0]
        marks = [
            mark
            for wanted, kind in ((mainly or begins, BESIDE), (mainly, ENDING))
            if wanted
            for mark in kind.finditer(line)
        ]
        found += [line[max(0, mark.start() - 10) : mark.end() + 10] for mark in marks]
    return found


def python_texts(file):
    """Yield the texts of a module that are no docstrings and no regular expressions."""
    tree = ast.parse(file.read_text())
    skipped = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re."):
            skipped |= set(ast.walk(node))
        if isinstance(node, ast.JoinedStr) and node not in skipped:
            skipped |= set(ast.walk(node)) - {node}
            yield "".join(part.value if isinstance(part, ast.Constant) else PLACEHOLDER for part in node.values)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in skipped:
            yield node.value


def toml_texts(value, key=""):
    """Yield the texts of a configuration file, but those a machine reads."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in MACHINE_KEYS:
                yield from toml_texts(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from toml_texts(inner, key)


def template_texts(file):
    """Yield the lines of a template as people see them, and the texts within its expressions."""
    source = file.read_text()
    for expression in re.findall(r"\{\{.*?\}\}|\{%.*?%\}", source, flags=re.S):
        yield from re.findall(r'"([^"]*)"', expression)
    shown = re.sub(r"\{#.*?#\}", "", source, flags=re.S)
    shown = re.sub(r"\{%.*?%\}|<kbd>.*?</kbd>", "", shown, flags=re.S)
    shown = re.sub(r"\{\{.*?\}\}", PLACEHOLDER, shown, flags=re.S)
    yield from re.findall(r'(?:aria-label|title|alt|placeholder)="([^"]*)"', shown)
    yield from re.sub(r"<[^>]*>", "", re.sub(r"<style.*?</style>", "", shown, flags=re.S)).split("\n")


def found_in(folder):
    """Return what is wrong in a folder, by file."""
    readers = {
        ".py": python_texts,
        ".html": template_texts,
        ".toml": lambda file: toml_texts(tomllib.loads(file.read_text())),
    }
    files = [file for file in sorted((ROOT / folder).rglob("*")) if file.suffix in readers]
    texts = {file.relative_to(ROOT / folder).as_posix(): readers[file.suffix](file) for file in files}
    wrong = {name: [place for text in texts[name] for place in wrong_in(text)] for name in texts if name not in QUOTED}
    return {name: places for name, places in wrong.items() if places}


@pytest.mark.parametrize("folder", FOLDERS)
def test_chinese_that_people_read_has_full_width_punctuation(folder):
    assert found_in(folder) == {}


WRONG = ("门:已办结", "请改正后再提交;如果", "lift_code,或用", "查看:chati outbox", "请加 --reissue:{codes}")
WRONG += ("{category}:已收到", "结果(正常)", "电梯 {code}: 没有")
RIGHT = (
    "填写 `Authorization: Bearer <密钥>`。",
    "门：已办结",
    "至 2026-11-23 09:05",
    "Who did it: id, 统一社会信用代码 or name",
    "{a}·{b}",
    "1,000 台以上",
)


@pytest.mark.parametrize("text", WRONG)
def test_a_half_width_mark_in_chinese_is_seen(text):
    assert wrong_in(text) != []


@pytest.mark.parametrize("text", RIGHT)
def test_a_mark_of_english_a_time_or_a_number_is_left_alone(text):
    assert wrong_in(text) == []
