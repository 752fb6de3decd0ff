"""The steps of a release that run without Home Assistant; `scripts/release/dry_run` runs all."""

import json
from pathlib import Path
from typing import Final
from unittest.mock import patch
from zipfile import ZipFile

import pytest

from scripts.release.agreement import find_disagreements, find_version
from scripts.release.archive import unpack_archive, write_archive
from scripts.release.changelog import read_versions, release_notes
from scripts.release.errors import ReleaseError
from scripts.release.frontend import build_frontend
from scripts.release.project import manifest_version

from .product import PRODUCT, ROOT

CHANGELOG: Final = """\
# Changelog

## [1.2.0] - 2026-12-31

### Added

- A sensor that is described
  in two lines.
- Another one.

### Fixed

- A fault.

## [1.1.0] - 2026-11-30

- The first version.

[1.2.0]: https://example.com/releases/v1.2.0
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project whose version 1.2.0 can be released."""
    integration = tmp_path / "custom_components" / "plex_pulse"
    (integration / "translations").mkdir(parents=True)
    (integration / "manifest.json").write_text(json.dumps({"version": "1.2.0"}))
    (integration / "translations" / "en.json").write_text("{}")
    (integration / "__init__.py").write_text("")
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    _write_hacs(tmp_path, zip_release=True, filename="plex_pulse.zip")
    return tmp_path


def _write_hacs(project: Path, **content: object) -> None:
    (project / "hacs.json").write_text(json.dumps(content))


def _edit_changelog(project: Path, old: str, new: str) -> None:
    assert old in CHANGELOG
    (project / "CHANGELOG.md").write_text(CHANGELOG.replace(old, new))


def test_a_consistent_tag_can_be_released(project: Path) -> None:
    assert find_disagreements(project, "v1.2.0") == []


@pytest.mark.parametrize("tag", ["1.2.0", "v1.2", "v01.2.0", "v1.2.0-rc.1", "release"])
def test_a_tag_is_v_and_a_semantic_version(project: Path, tag: str) -> None:
    assert f"The tag is {tag!r}" in find_disagreements(project, tag)[0]


def test_the_manifest_must_have_the_version_of_the_tag(project: Path) -> None:
    assert find_disagreements(project, "v1.1.0") == [
        "manifest.json has version 1.2.0, the tag 1.1.0",
        "CHANGELOG.md begins with 1.2.0, not with 1.1.0",
    ]


def test_the_changelog_must_have_the_version(project: Path) -> None:
    _edit_changelog(project, "[1.2.0] -", "[1.2.1] -")
    assert find_disagreements(project, "v1.2.0") == [
        "CHANGELOG.md has no section '## [1.2.0] - <date>'"
    ]


@pytest.mark.parametrize("date", ["Unreleased", "2026-13-01", "31.12.2026"])
def test_the_changelog_must_have_a_date(project: Path, date: str) -> None:
    _edit_changelog(project, "2026-12-31", date)
    assert find_disagreements(project, "v1.2.0") == [
        f"CHANGELOG.md dates 1.2.0 {date!r}, not as 2026-12-31 is"
    ]


def test_a_dry_run_accepts_a_version_without_a_date(project: Path) -> None:
    _edit_changelog(project, "2026-12-31", "Unreleased")
    assert find_disagreements(project, "v1.2.0", allow_unreleased=True) == []


def test_a_version_without_changes_cannot_be_released(project: Path) -> None:
    (project / "CHANGELOG.md").write_text("## [1.2.0] - 2026-12-31\n\n## [1.1.0] - 2026-11-30\n")
    assert find_disagreements(project, "v1.2.0") == ["CHANGELOG.md lists no changes for 1.2.0"]


@pytest.mark.parametrize(
    "content",
    [{}, {"zip_release": True, "filename": "other.zip"}, {"filename": "plex_pulse.zip"}],
)
def test_hacs_must_download_the_archive(project: Path, content: dict[str, object]) -> None:
    _write_hacs(project, **content)
    assert find_disagreements(project, "v1.2.0") == [
        "hacs.json does not name plex_pulse.zip as the file of a release"
    ]


def test_this_project_can_be_released() -> None:
    tag = f"v{manifest_version(ROOT)}"
    assert find_disagreements(ROOT, tag, allow_unreleased=True) == []


def test_the_notes_are_the_changes_of_one_version_without_wrapped_lines(
    project: Path,
) -> None:
    assert release_notes(find_version(project, "1.2.0")) == (
        "### Added\n\n- A sensor that is described in two lines.\n- Another one.\n\n"
        "### Fixed\n\n- A fault.\n"
    )
    assert release_notes(find_version(project, "1.1.0")) == "- The first version.\n"


def test_the_changelog_has_a_section_per_version() -> None:
    versions = read_versions((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert versions
    assert all(version.changes for version in versions)


def test_the_archive_has_the_integration_at_its_root_without_caches(project: Path) -> None:
    integration = project / "custom_components" / "plex_pulse"
    (integration / "__pycache__").mkdir()
    (integration / "__pycache__" / "button.cpython-314.pyc").write_bytes(b"")
    (integration / ".hidden").write_text("")
    archive = project / "dist" / "plex_pulse.zip"
    write_archive(project, archive)
    with ZipFile(archive) as content:
        assert content.namelist() == ["__init__.py", "manifest.json", "translations/en.json"]


def test_the_same_files_make_the_same_archive(tmp_path: Path) -> None:
    digests = {write_archive(ROOT, tmp_path / name) for name in ("one.zip", "two.zip")}
    assert len(digests) == 1


def test_an_unpacked_archive_is_the_integration(tmp_path: Path) -> None:
    archive, installed = tmp_path / "plex_pulse.zip", tmp_path / "installed"
    write_archive(ROOT, archive)
    unpack_archive(archive, installed)
    for path in PRODUCT.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            assert (installed / path.relative_to(PRODUCT)).read_bytes() == path.read_bytes()


def test_an_archive_without_a_manifest_is_refused(project: Path) -> None:
    (project / "custom_components" / "plex_pulse" / "manifest.json").unlink()
    write_archive(project, project / "plex_pulse.zip")
    with pytest.raises(ReleaseError, match=r"plex_pulse\.zip lacks manifest\.json"):
        unpack_archive(project / "plex_pulse.zip", project / "installed")


def test_without_sources_there_is_no_frontend_to_build(project: Path) -> None:
    assert not build_frontend(project)


@pytest.fixture
def npm(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put an npm on PATH that writes its arguments to a file, and return the file."""
    calls = project / "calls"
    (project / "frontend").mkdir()
    (project / "frontend" / "package.json").write_text("{}")
    (project / "bin").mkdir()
    command = project / "bin" / "npm"
    command.write_text(f'#!/bin/sh\necho "$*" >>"{calls}"\n[ -z "$FAILS" ] || exit 3\n')
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(command.parent))
    return calls


def test_the_frontend_is_built_from_pinned_packages(project: Path, npm: Path) -> None:
    module = project / "custom_components" / "plex_pulse" / "frontend" / "plex-pulse.js"
    module.parent.mkdir()
    module.write_text("")
    assert build_frontend(project)
    assert npm.read_text() == "ci --no-audit --no-fund\nrun build\n"


def test_a_build_that_writes_no_module_is_an_error(project: Path, npm: Path) -> None:
    with pytest.raises(ReleaseError, match=r"did not write .*frontend/plex-pulse\.js"):
        build_frontend(project)


def test_a_build_that_fails_is_an_error(
    project: Path, npm: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAILS", "yes")
    with pytest.raises(ReleaseError, match=r"npm ci .* ended with exit code 3"):
        build_frontend(project)


@pytest.mark.usefixtures("npm")
def test_a_missing_npm_is_reported_with_the_command_that_installs_it(project: Path) -> None:
    with (
        patch("shutil.which", return_value=None),
        pytest.raises(ReleaseError, match=r"apt-get install npm.*dnf install"),
    ):
        build_frontend(project)
