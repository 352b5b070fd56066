"""The locks are complete: an installation takes what they name and asks nobody what is new."""

import importlib.metadata
import pathlib
import tomllib

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = pathlib.Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUNTIME = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["build"]]
DEVELOPMENT = [*RUNTIME, *PROJECT["dependency-groups"]["dev"]]
ROOTS = {"requirements.lock": RUNTIME, "requirements-dev.lock": DEVELOPMENT}
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]


def environment(python):
    return default_environment() | {"python_version": python, "python_full_version": f"{python}.0"}


def holds(requirement, env, extra=""):
    return requirement.marker is None or requirement.marker.evaluate(env | {"extra": extra})


def locked(name, env):
    """Name -> version of what a lock installs in an environment."""
    lines = (line.removesuffix("\\").strip() for line in (ROOT / name).read_text().splitlines())
    pins = [Requirement(line) for line in lines if line and not line.startswith(("#", "--"))]
    return {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in pins if holds(pin, env)}


def requirements(package, extra, env):
    """What an installed package asks for with one of its extras; what is not installed here cannot be asked."""
    try:
        wanted = importlib.metadata.requires(package) or []
    except importlib.metadata.PackageNotFoundError:
        return []
    return [requirement for requirement in map(Requirement, wanted) if holds(requirement, env, extra)]


def unmet(name, env):
    """Follow every requirement, extras included, from what the project asks for and from every locked package."""
    lock = locked(name, env)
    waiting = [("chati", requirement) for requirement in map(Requirement, ROOTS[name]) if holds(requirement, env)]
    waiting += [(package, requirement) for package in lock for requirement in requirements(package, "", env)]
    seen, found = set(), set()
    while waiting:
        asking, requirement = waiting.pop()
        package = canonicalize_name(requirement.name)
        if package not in lock or not requirement.specifier.contains(lock[package], prereleases=True):
            found.add(f"{asking} needs {requirement.name}{requirement.specifier}, locked: {lock.get(package)}")
        for extra in {(package, extra) for extra in requirement.extras} - seen:
            seen.add(extra)
            waiting += [(f"{package}[{extra[1]}]", more) for more in requirements(*extra, env)]
    return found


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("lock", ROOTS)
def test_a_lock_holds_every_requirement_of_every_package_in_it(lock, python):
    assert unmet(lock, environment(python)) == set()


@pytest.mark.parametrize("python", PYTHONS)
def test_the_development_lock_holds_the_runtime_lock_version_for_version(python):
    env = environment(python)
    assert locked("requirements.lock", env).items() <= locked("requirements-dev.lock", env).items()


@pytest.mark.parametrize("lock", ROOTS)
def test_what_is_installed_is_what_the_lock_names(lock):
    pins = locked(lock, default_environment())
    assert {name: importlib.metadata.version(name) for name in pins} == pins


def test_what_builds_the_project_is_in_the_runtime_lock():
    lock = locked("requirements.lock", default_environment())
    builders = [Requirement(text) for text in PROJECT["build-system"]["requires"]]
    assert [one.name for one in builders if not one.specifier.contains(lock.get(one.name, "0"))] == []
