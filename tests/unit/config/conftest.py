"""A copy of the configuration that a test may damage."""

import shutil

import pytest

import config
from config import ConfigError


@pytest.fixture
def folder(tmp_path):
    kept = shutil.ignore_patterns("*.py", "__pycache__", "shapes")
    return shutil.copytree(config.ROOT, tmp_path / "config", ignore=kept)


@pytest.fixture
def damage(folder):
    def replace(file, old, new):
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


@pytest.fixture
def told(folder):
    def words():
        with pytest.raises(ConfigError) as wrong:
            config.check(folder)
        assert "\n" not in str(wrong.value)
        return str(wrong.value)

    return words
