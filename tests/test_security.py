"""Supply chain: imports of the integration, and permissions of the workflows."""

import ast
from collections.abc import Iterator, Mapping
from importlib.metadata import packages_distributions, requires
from pathlib import Path
import re
import sys
from typing import Any, Final

import homeassistant
from homeassistant.util.yaml import load_yaml_dict
import pytest

from .product import PRODUCT, ROOT, read_json

MANIFEST: Final = read_json(PRODUCT / "manifest.json")
MODULES: Final = sorted(PRODUCT.rglob("*.py"))
WORKFLOWS: Final = sorted((ROOT / ".github" / "workflows").iterdir())
PINNED: Final = re.compile(r"[\w.-]+(?:/[\w.-]+)+@[0-9a-f]{40} # \S.*")
UNTRUSTED: Final = {"pull_request_target", "workflow_run", "issue_comment", "issues"}
# Home Assistant provides probatio under this name if it is not installed.
ALIASED: Final = {"voluptuous"}


def _shipped() -> set[str]:
    """Return the modules that every Home Assistant installation has."""
    required = {
        re.split(r"[<>=!~;\[ ]", requirement, maxsplit=1)[0].lower()
        for requirement in requires("homeassistant") or ()
    }
    return {
        module
        for module, distributions in packages_distributions().items()
        if required & {distribution.lower() for distribution in distributions}
    }


SHIPPED: Final = sys.stdlib_module_names | _shipped() | ALIASED | {"homeassistant"}


def _imported(module: Path) -> Iterator[str]:
    """Yield the top-level packages that a module imports from outside the integration."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").partition(".")[0]


def _jobs(workflow: Path) -> Mapping[str, Mapping[str, Any]]:
    jobs: Mapping[str, Mapping[str, Any]] = load_yaml_dict(str(workflow))["jobs"]
    return jobs


def _steps(workflow: Path) -> list[Mapping[str, Any]]:
    return [step for job in _jobs(workflow).values() for step in job["steps"]]


def test_integration_has_no_requirements() -> None:
    assert MANIFEST["requirements"] == []
    components = Path(homeassistant.__file__).parent / "components"
    for key in ("dependencies", "after_dependencies"):
        for domain in MANIFEST.get(key, ()):
            assert (components / domain / "manifest.json").is_file(), f"{domain} is not core's"


@pytest.mark.parametrize(
    "module", MODULES, ids=[path.relative_to(PRODUCT).as_posix() for path in MODULES]
)
def test_only_packages_of_home_assistant_are_imported(module: Path) -> None:
    assert set(_imported(module)) <= SHIPPED


def test_packages_of_home_assistant_exclude_test_packages() -> None:
    assert {"aiohttp", "orjson", "yarl"} <= SHIPPED
    assert not {"hypothesis", "pytest", "plexapi"} & SHIPPED


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_workflow_actions_are_pinned_to_a_commit(workflow: Path) -> None:
    """A tag can be moved to other code; the hash of a commit cannot."""
    lines = workflow.read_text(encoding="utf-8").splitlines()
    uses = [line.partition("uses:")[2].strip() for line in lines if "uses:" in line]
    assert uses
    assert [name for name in uses if not PINNED.fullmatch(name)] == []


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_workflow_permissions_are_read_only(workflow: Path) -> None:
    assert load_yaml_dict(str(workflow))["permissions"] == {"contents": "read"}
    # tests/test_workflows.py checks the permissions of these two.
    privileged = {name for name, job in _jobs(workflow).items() if "permissions" in job}
    assert privileged <= {"nightly": {"report"}, "release": {"publish"}}.get(workflow.stem, set())


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_workflow_is_safe_for_untrusted_pull_requests(workflow: Path) -> None:
    """It uses no secrets, no privileged trigger, and no text of a pull request in a shell."""
    # YAML reads the key `on` as True.
    document: Mapping[object, Any] = load_yaml_dict(str(workflow))
    triggers = document[True] if True in document else document["on"]
    assert not UNTRUSTED & set(triggers)
    assert "secrets." not in workflow.read_text(encoding="utf-8")
    assert not [step for step in _steps(workflow) if "${{" in step.get("run", "")]
    for step in _steps(workflow):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False
    assert all("timeout-minutes" in job for job in _jobs(workflow).values())


def test_threat_model_names_all_tests_of_attacks() -> None:
    model = (ROOT / "SECURITY.md").read_text(encoding="utf-8").partition("## Threat model")[2]
    attacks = {
        path.name if path.is_file() else f"{path.name}/"
        for path in (ROOT / "tests" / "security").iterdir()
        if path.name.startswith("test_") or (path / "__init__.py").exists()
    }
    assert attacks
    assert [name for name in attacks if f"`{name}" not in model] == []
