"""What the command line says is Chinese: the help of every command and option, and what click says itself."""

import ast
import gettext
import inspect
import re
import subprocess
import sys

import click
import pytest

from backend.cli import chati
from backend.foundation.commands import DOMAIN, LOCALE
from bot.commands import wechat

CHINESE = re.compile("[一-鿿]")
SENTENCE = re.compile(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}")
FOLDER = LOCALE / "zh_CN" / "LC_MESSAGES"


def commands(command, path="chati"):
    """Give a command and all below it, each with its path."""
    yield path, command
    if isinstance(command, click.Group):
        for name, one in command.commands.items():
            yield from commands(one, f"{path} {name}")


ALL = [*commands(chati), *commands(wechat, "chati wechat")]


@pytest.fixture(scope="module")
def chinese():
    """The catalogue as the command line reads it."""
    return gettext.translation(DOMAIN, LOCALE, ["zh_CN"])


def said(*words):
    """Run `chati` and give its status and what it said."""
    code = "import sys, wsgi; sys.argv[0] = 'chati'; wsgi.cli()"
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_every_command_and_every_option_says_in_chinese_what_it_is_for(chinese):
    silent = []
    for path, command in ALL:
        options = [param for param in command.params if isinstance(param, click.Option)]
        for name, told in [("", command.help), *((one.opts[0], one.help) for one in options)]:
            if not told or not CHINESE.search(chinese.gettext(inspect.cleandoc(told))):
                silent.append((path, name, told))
    assert silent == []


def test_the_compiled_catalogue_is_what_its_source_says(chinese):
    entries = re.findall(r'^msgid (".+")$\n^msgstr (".*")$', (FOLDER / "chati.po").read_text("utf-8"), re.MULTILINE)
    assert len(entries) > 100
    for words, meant in entries:
        assert chinese.gettext(ast.literal_eval(words)) == ast.literal_eval(meant)


@pytest.mark.parametrize("words", [(), ("sign",), ("admin", "create-person"), ("policy", "interval")], ids=" ".join)
def test_a_page_of_help_holds_no_english_sentence(words):
    status, text = said(*words, "--help")
    usage, _, rest = text.partition("\n")
    assert (status, usage.startswith("用法："), SENTENCE.findall(rest)) == (0, True, [])


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("exporrt",), "是不是"),
        (("export", "lifts"), "缺少参数"),
        (("signs", "--jurisdiction", "渝中"), "是不是渝中区（500103）"),
        (("policy", "authority", "--unit-lifts", "1", "--districts", "渝中"), "是不是渝中区（500103）"),
        (("policy", "deadline", "--kind", "publicity", "--start", "gestern"), "应为日期"),
        (("admin", "create-person", "lin", "--name", "林某", "--role", "boss"), "district_officer"),
        (("import", "lifts", "missing.xlsx"), "不存在"),
    ],
    ids=" ".join,
)
def test_a_mistake_is_told_in_chinese_with_what_was_probably_meant(words, meant):
    status, text = said(*words)
    assert status == 2
    assert "错误：" in text
    assert meant in text
