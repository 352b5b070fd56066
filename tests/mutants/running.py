"""Runs the tests of the policy against one changed file, in a copy of the project that is thrown away.

A worker imports everything once, from its own copy. For each mutant a child of it forgets the policy and the
configuration and imports them anew; what survives there meets all tests in a Python of its own before it counts.
"""

import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import tempfile

from tests.mutants import order

ROOT = pathlib.Path(__file__).parents[2]
COPIED = ("backend", "bot", "config", "qr", "tests", "wsgi.py", "pyproject.toml")
CHECKS = "tests/unit/config"  # of which these two damage the files of the numbers
TESTS = ("tests/unit/policy", f"{CHECKS}/test_policy_references.py", f"{CHECKS}/test_policy_reference_rows.py")
# The policy needs no database, so nothing of the fixtures for all tests; a failure need not explain itself.
OPTIONS = ["-x", "-q", "--confcutdir=tests/unit", "-p", "no:cacheprovider", "--assert=plain", *TESTS]
TEST_S, WHOLE_S = 20, 180  # beyond these a mutant runs forever, which somebody would notice
MEMORY = 4 << 30  # bytes that a mutant may fill before it ends
WHOLE = "import sys, pytest; from tests.mutants.running import settle; settle(); sys.exit(pytest.main(sys.argv[1:]))"


class Worker:
    """One copy of the project and the order in which its tests are asked."""

    def __init__(self, folder):
        self.root = pathlib.Path(tempfile.mkdtemp(dir=folder))
        for name in COPIED:
            source, target = ROOT / name, self.root / name
            shutil.copytree(source, target) if source.is_dir() else shutil.copy2(source, target)
        os.chdir(self.root)
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        sys.path.insert(0, str(self.root))
        _forget("backend", "bot", "config", "qr", "wsgi")
        import wsgi

        if not pathlib.Path(wsgi.__file__).is_relative_to(self.root):
            raise RuntimeError(f"tests would run against {wsgi.__file__} and not against the copy")
        learning = order.Learning(self.root)
        self._in_a_child(learning, "--maxfail=1000")
        self.known = learning.read()
        if not self._in_a_child(self.known.first("", 0, TEST_S)) or not self._as_a_whole():
            raise RuntimeError(f"{TESTS} fail without any change")

    def kills(self, mutant):
        """Tell whether some test fails on a mutant."""
        path = self.root / mutant.file
        before, times = path.read_bytes(), path.stat()
        try:
            path.write_text(mutant.text, encoding="utf-8")
            # Where size and second are the same, Python takes what it compiled of the file before.
            os.utime(path, (times.st_atime, times.st_mtime + 10))
            return not self._in_a_child(self.known.first(mutant.file, mutant.line, TEST_S)) or not self._as_a_whole()
        finally:
            path.write_bytes(before)
            os.utime(path, (times.st_atime, times.st_mtime))

    def _in_a_child(self, plugin, *options):
        """Run the tests with what is imported already, but for the policy and the configuration."""
        child = os.fork()
        if child:
            return os.waitpid(child, 0)[1] == 0
        code = 70
        try:
            signal.alarm(WHOLE_S)
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            sys.dont_write_bytecode = True
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
            _forget("backend.policy", "config")
            settle()
            import pytest

            code = int(pytest.main([*OPTIONS, *options], plugins=[plugin]))
        finally:
            os._exit(code)

    def _as_a_whole(self):
        """Run all tests in a Python that has seen nothing yet."""
        words = [sys.executable, "-B", "-c", WHOLE, *OPTIONS]
        try:
            return (
                subprocess.run(words, cwd=self.root, capture_output=True, timeout=WHOLE_S, check=False).returncode == 0
            )
        except subprocess.TimeoutExpired:
            return False


def settle():
    """Let hypothesis try the same examples each time, so that a mutant has one fate."""
    from hypothesis import Phase, settings

    phases = (Phase.explicit, Phase.generate)
    settings.register_profile("mutants", deadline=None, derandomize=True, database=None, phases=phases)
    settings.load_profile("mutants")


def _forget(*packages):
    for name in list(sys.modules):
        if any(name == package or name.startswith(f"{package}.") for package in packages):
            del sys.modules[name]
