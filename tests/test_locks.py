"""Supply chain: what scripts/setup installs is locked with hashes, as the requirements say."""

from importlib.metadata import version
from pathlib import Path
import re
import runpy
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
import pytest

from .product import ROOT

LOCKS: Final = ROOT / "scripts" / "locks"
REQUIREMENTS: Final = {
    "build": LOCKS / "build.txt",
    "demo": LOCKS / "demo.txt",
    "floor": ROOT / "requirements_floor.txt",
    "judges": ROOT / "scripts" / "judges_support" / "requirements.txt",
    "test": ROOT / "requirements_test.txt",
    "tools": LOCKS / "tools.txt",
}
HASHES: Final = re.compile(r"(?: \\\n    --hash=sha256:[0-9a-f]{64})+")


def requirements_of(path: Path) -> list[Requirement]:
    """Return the requirements of a file."""
    lines = (line.partition("#")[0].strip() for line in path.read_text("utf-8").splitlines())
    return [Requirement(line) for line in lines if line]


def blocks_of(lock: str) -> list[str]:
    """Return the packages of a lock file, each with its hashes."""
    text = re.sub(r"^\s*#.*\n", "", (LOCKS / f"{lock}.lock").read_text("utf-8"), flags=re.MULTILINE)
    return re.split(r"\n(?! )", text.strip())


def locked(lock: str) -> dict[str, str]:
    """Return the locked versions by name."""
    found: dict[str, str] = {}
    for block in blocks_of(lock):
        requirement = Requirement(block.partition("\\")[0])
        (version,) = requirement.specifier
        assert version.operator == "=="
        found[canonicalize_name(requirement.name)] = version.version
    return found


def is_met(requirement: Requirement, version: str | None) -> bool:
    """Return whether a locked version is one that a requirement accepts."""
    return version is not None and requirement.specifier.contains(version, prereleases=True)


def test_each_requirements_file_has_a_lock() -> None:
    assert {path.stem for path in LOCKS.glob("*.lock")} == set(REQUIREMENTS)


@pytest.mark.parametrize("lock", REQUIREMENTS)
def test_lock_agrees_with_its_requirements(lock: str) -> None:
    """Update pull requests of Dependabot change requirements only; CONTRIBUTING has the steps."""
    versions = locked(lock)
    outdated = [
        f"{requirement} (locked: {versions.get(canonicalize_name(requirement.name))})"
        for requirement in requirements_of(REQUIREMENTS[lock])
        if not is_met(requirement, versions.get(canonicalize_name(requirement.name)))
    ]
    assert not outdated, (
        f"scripts/locks/{lock}.lock does not have {', '.join(outdated)}. "
        "Run scripts/lock and commit the lock files."
    )


@pytest.mark.parametrize("lock", REQUIREMENTS)
def test_every_locked_package_has_hashes_and_no_address(lock: str) -> None:
    blocks = blocks_of(lock)
    assert blocks
    for block in blocks:
        name, _, _ = block.partition(" \\")
        assert HASHES.fullmatch(block.removeprefix(name)), name
    assert "://" not in (LOCKS / f"{lock}.lock").read_text("utf-8")


@pytest.mark.parametrize("lock", ["demo", "judges"])
def test_locks_that_are_installed_together_have_the_same_versions(lock: str) -> None:
    versions = locked("test")
    assert {
        name: version
        for name, version in locked(lock).items()
        if versions.get(name, version) != version
    } == {}
    assert locked("tools")["uv"] == versions["uv"]


@pytest.mark.skipif(
    version("homeassistant") != locked("test")["homeassistant"],
    reason="The locks are those of the pinned Home Assistant.",
)
def test_demo_requires_what_home_assistant_names() -> None:
    """If this fails, run scripts/lock."""
    source = (ROOT / "scripts" / "lib" / "demo_integrations.sh").read_text("utf-8")
    domains = source.partition("(")[2].partition(")")[0].split()
    script = runpy.run_path(str(ROOT / "scripts" / "lib" / "integration_requirements.py"))
    named = script["auth_requirements"]() | script["integration_requirements"](domains)
    assert set(map(str, requirements_of(REQUIREMENTS["demo"]))) == set(named)


def test_readme_names_the_versions_of_home_assistant_that_are_tested() -> None:
    text = " ".join((ROOT / "README.md").read_text("utf-8").split())
    recent, oldest = (
        locked(lock)["homeassistant"].rpartition(".")[0] for lock in ("test", "floor")
    )
    assert f"requires Home Assistant {oldest} or newer" in text
    assert f"Each change is tested with Home Assistant {recent}." in text
    assert f"tested with {oldest}, the newest release, and the newest beta" in text


def test_setup_installs_by_hash_alone() -> None:
    """Only the newest Home Assistant, which cannot be locked, is installed without hashes."""
    scripts = [ROOT / "scripts" / name for name in ("setup", "judges")]
    text = "\n".join(path.read_text("utf-8") for path in scripts)
    assert text.count("--require-hashes") == 2
    assert text.count("--build-constraints") == 2
    pip = (ROOT / "scripts" / "lib" / "python.sh").read_text("utf-8")
    assert re.findall(r"pip install .*", pip) == [
        "pip install -qq --disable-pip-version-check --no-deps --require-hashes \\"
    ]
