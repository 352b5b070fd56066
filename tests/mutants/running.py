"""Runs the tests of the policy against one changed file, in a copy of the project that is thrown away.

A worker imports everything once, from its own copy. For each mutant a child of it forgets the policy and the
configuration and imports them anew. Tests that fail in such a child even without a change, such as those that look at
the whole service, are asked in a Python of their own what survives all others.
"""

import compileall
import gc
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import tempfile

import hypothesis

from tests.mutants import order

ROOT = pathlib.Path(__file__).parents[2]
COPIED = ("backend", "bot", "config", "docs", "qr", "tests", "README.md", "wsgi.py", "pyproject.toml")
CHECKS = "tests/unit/config"  # of which these two damage the files of the numbers
TESTS = ("tests/unit/policy", f"{CHECKS}/test_policy_references.py", f"{CHECKS}/test_policy_reference_rows.py")
# The policy needs no database, so nothing of the fixtures for all tests; a failure need not explain itself.
OPTIONS = ["-x", "-q", "--confcutdir=tests/unit", "-p", "no:cacheprovider", "--assert=plain"]
EXAMPLES = 25  # of each property: what only the hundredth finds deserves a test by name
CASES = 200  # of each comparison with the second reading, for the same reason
TEST_S, ALL_S = 20, 180  # beyond these a mutant runs forever, which somebody would notice
MEMORY = 4 << 30  # bytes that a mutant may fill before it ends
NEAREST = 12  # tests of the changed line that are asked before all others are even collected
PASSED, UNCLEAR = 0, (4, 5)  # exit codes; what is asked by name may not be there, and then all are asked
APART = "import sys, pytest; from tests.mutants.running import settle; settle(); sys.exit(pytest.main(sys.argv[1:]))"


class Worker:
    """One copy of the project and the order in which its tests are asked."""

    def __init__(self, folder):
        self.root = pathlib.Path(tempfile.mkdtemp(dir=folder))
        for name in COPIED:
            source, target = ROOT / name, self.root / name
            shutil.copytree(source, target) if source.is_dir() else shutil.copy2(source, target)
        os.chdir(self.root)
        os.environ |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "CHATI_BRUTE_CASES": str(CASES)}
        sys.path.insert(0, str(self.root))
        _forget("backend", "bot", "config", "qr", "wsgi")
        import wsgi

        if not pathlib.Path(wsgi.__file__).is_relative_to(self.root):
            raise RuntimeError(f"tests would run against {wsgi.__file__} and not against the copy")
        for name in ("backend/policy", "config", "tests"):
            compileall.compile_dir(self.root / name, quiet=1)
        gc.collect()
        gc.freeze()  # or each child's pytest walks through all that was imported here
        learning = order.Learning(self.root)
        self._in_a_child(learning, "--maxfail=1000", *TESTS)
        self.known = learning.read()
        if self._in_a_child(self.known.plugin([], TEST_S), *TESTS) != PASSED or not self._apart():
            raise RuntimeError(f"{TESTS} fail without any change")

    def kills(self, mutant):
        """Tell whether some test fails on a mutant."""
        path = self.root / mutant.file
        before, times = path.read_bytes(), path.stat()
        try:
            path.write_text(mutant.text, encoding="utf-8")
            # Where size and second are the same, Python takes what it compiled of the file before.
            os.utime(path, (times.st_atime, times.st_mtime + 10))
            near = self.known.near(mutant.file, mutant.line)
            if near and self._in_a_child(self.known.plugin(near, TEST_S), *near[:NEAREST]) not in (PASSED, *UNCLEAR):
                return True
            return self._in_a_child(self.known.plugin(near, TEST_S), *TESTS) != PASSED or not self._apart()
        finally:
            path.write_bytes(before)
            os.utime(path, (times.st_atime, times.st_mtime))

    def _in_a_child(self, plugin, *options):
        """Run tests with all that is imported but the policy and the configuration; give the exit code of pytest."""
        child = os.fork()
        if child:
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        code = 70
        try:
            signal.alarm(ALL_S)
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

    def _apart(self):
        """Run the tests that cannot run in a child."""
        words = [sys.executable, "-B", "-c", APART, *OPTIONS, *sorted(self.known.failing)]
        try:
            done = subprocess.run(words, cwd=self.root, capture_output=True, timeout=ALL_S, check=False)
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0


def settle():
    """Let hypothesis try the same examples each time, so that a mutant has one fate."""
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    known = {"deadline": None, "derandomize": True, "database": None, "phases": phases, "max_examples": EXAMPLES}
    hypothesis.settings.register_profile("mutants", **known)
    hypothesis.settings.load_profile("mutants")


def _forget(*packages):
    for name in list(sys.modules):
        if any(name == package or name.startswith(f"{package}.") for package in packages):
            del sys.modules[name]
