"""The workflows: their required settings, and the report of a failed nightly run."""

from collections.abc import Iterator
import json
from pathlib import Path
import re
import subprocess
import sys
from typing import Any, Final

from homeassistant.util.yaml import load_yaml_dict
import pytest

from .product import ROOT

WORKFLOWS: Final[dict[str, dict[str, Any]]] = {
    path.stem: load_yaml_dict(str(path))
    for path in sorted((ROOT / ".github" / "workflows").glob("*.yml"))
}
PINNED: Final = re.compile(r"[\w./-]+@[0-9a-f]{40}")
# Permissions that only publishing and reporting have.
WRITERS: Final = {
    ("nightly", "report"): {"contents": "read", "issues": "write"},
    ("release", "publish"): {
        "attestations": "write",
        "contents": "write",
        "id-token": "write",
    },
}


def _jobs() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for name, workflow in WORKFLOWS.items():
        for job, content in workflow["jobs"].items():
            yield name, job, content


JOBS: Final = tuple(_jobs())


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_is_read_only_and_has_a_concurrency_group(name: str) -> None:
    workflow = WORKFLOWS[name]
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["concurrency"]["group"].startswith(name)
    # A partly published release must not be canceled.
    assert workflow["concurrency"]["cancel-in-progress"] is (name != "release")


@pytest.mark.parametrize(("name", "job", "content"), JOBS)
def test_a_job_has_a_time_limit_pinned_actions_and_minimal_permissions(
    name: str, job: str, content: dict[str, Any]
) -> None:
    assert content["timeout-minutes"] <= 60
    assert content.get("permissions") == WRITERS.get((name, job))
    for step in content["steps"]:
        if "uses" in step:
            assert PINNED.fullmatch(step["uses"])
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize(("name", "job", "content"), JOBS)
def test_a_job_runs_scripts_that_exist(name: str, job: str, content: dict[str, Any]) -> None:
    for step in content["steps"]:
        for script in re.findall(r"(?:\.ci|scripts)/[\w/.]+", step.get("run", "")):
            assert (ROOT / script).is_file()


def test_every_nightly_job_is_reported() -> None:
    jobs = WORKFLOWS["nightly"]["jobs"]
    assert jobs["report"]["needs"] == [job for job in jobs if job != "report"]
    assert jobs["report"]["if"] == "failure()"


def test_only_tested_builds_are_published() -> None:
    jobs = WORKFLOWS["release"]["jobs"]
    assert jobs["publish"]["needs"] == "build"
    assert jobs["publish"]["environment"] == "release"
    assert not any("checkout" in step.get("uses", "") for step in jobs["publish"]["steps"])


def _report(folder: Path, needs: dict[str, str], open_issues: list[dict[str, object]]) -> str:
    """Return the calls of `gh` that change something, for these results and open issues."""
    calls = folder / "calls"
    calls.touch()
    (folder / "issues.json").write_text(json.dumps(open_issues))
    gh = folder / "gh"
    gh.write_text(
        "#!/bin/sh\n"
        f'[ "$2" != list ] || exec /bin/cat "{folder}/issues.json"\n'
        f'echo "$*" >>"{calls}"\n'
    )
    gh.chmod(0o755)
    subprocess.run(  # noqa: S603 - the project's own script
        (sys.executable, str(ROOT / "scripts" / "lib" / "report_failure.py")),
        env={
            "PATH": str(folder),
            "NEEDS": json.dumps({job: {"result": result} for job, result in needs.items()}),
            "RUN_URL": "https://example.com/run",
        },
        check=True,
    )
    return calls.read_text()


def test_a_failed_nightly_run_opens_an_issue(tmp_path: Path) -> None:
    others: list[dict[str, object]] = [{"number": 8, "title": "The nightly run fails at times"}]
    needs = {"fuzz": "success", "floor": "failure", "soak": "failure"}
    assert _report(tmp_path, needs, others) == (
        "issue create --title The nightly run fails"
        " --body Failed: floor, soak. See https://example.com/run\n"
    )


def test_the_next_failed_nightly_run_adds_a_comment(tmp_path: Path) -> None:
    issues: list[dict[str, object]] = [{"number": 7, "title": "The nightly run fails"}]
    assert _report(tmp_path, {"floor": "failure"}, issues) == (
        "issue comment 7 --body Failed: floor. See https://example.com/run\n"
    )


def test_a_canceled_nightly_run_is_not_reported(tmp_path: Path) -> None:
    assert not _report(tmp_path, {"floor": "cancelled", "fuzz": "success"}, [])
