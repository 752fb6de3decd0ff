"""Manifest, brand images and quality scale, as hassfest and HACS check them."""

from importlib import import_module
import re
import struct
from typing import Final

from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components.plex_pulse import PLATFORMS

from .product import PRODUCT, ROOT, read_json

MANIFEST: Final = read_json(PRODUCT / "manifest.json")
QUALITY_SCALE: Final[dict[str, dict[str, str]]] = load_yaml_dict(
    str(PRODUCT / "quality_scale.yaml")
)["rules"]
RULES: Final = {
    "bronze": """
        action-setup appropriate-polling brands common-modules config-flow
        config-flow-test-coverage dependency-transparency docs-actions docs-conditions
        docs-high-level-description docs-installation-instructions docs-removal-instructions
        docs-triggers entity-event-setup entity-unique-id has-entity-name runtime-data
        test-before-configure test-before-setup unique-config-entry
    """,
    "silver": """
        action-exceptions config-entry-unloading docs-configuration-parameters
        docs-installation-parameters entity-unavailable integration-owner log-when-unavailable
        parallel-updates reauthentication-flow test-coverage
    """,
    "gold": """
        devices diagnostics discovery discovery-update-info docs-data-update docs-examples
        docs-known-limitations docs-supported-devices docs-supported-functions
        docs-troubleshooting docs-use-cases dynamic-devices entity-category entity-device-class
        entity-disabled-by-default entity-translations exception-translations icon-translations
        reconfiguration-flow repair-issues stale-devices
    """,
    "platinum": "async-dependency inject-websession strict-typing",
}
TIERS: Final = {tier: rules.split() for tier, rules in RULES.items()}
PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
BRAND_IMAGES: Final = {
    f"{theme}{kind}{scale}.png"
    for theme in ("", "dark_")
    for kind in ("icon", "logo")
    for scale in ("", "@2x")
}


def _size(name: str) -> tuple[int, int]:
    """Return the width and height from the header of a PNG file."""
    head = (PRODUCT / "brand" / name).read_bytes()[:24]
    assert head.startswith(PNG_SIGNATURE)
    assert head[12:16] == b"IHDR"
    width, height = struct.unpack(">II", head[16:24])
    return width, height


def _status(rule: str) -> str:
    return QUALITY_SCALE[rule]["status"]


def test_manifest_keys_are_sorted() -> None:
    keys = list(MANIFEST)
    assert keys == ["domain", "name", *sorted(set(keys) - {"domain", "name"})]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("domain", PRODUCT.name),
        ("name", "Plex Pulse"),
        ("codeowners", ["@plex-pulse"]),
        ("config_flow", True),
        ("documentation", "https://github.com/plex-pulse/plex-pulse"),
        ("integration_type", "service"),
        ("iot_class", "local_push"),
        ("issue_tracker", "https://github.com/plex-pulse/plex-pulse/issues"),
        ("loggers", ["custom_components.plex_pulse"]),
        ("requirements", []),
    ],
)
def test_manifest_has_required_values(key: str, value: object) -> None:
    assert MANIFEST[key] == value


def test_version_is_valid_and_in_the_changelog() -> None:
    version: str = MANIFEST["version"]
    assert all(part.isdecimal() for part in version.split("."))
    assert len(version.split(".")) == 3
    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_hacs_requirements_are_met() -> None:
    assert read_json(ROOT / "hacs.json") == {
        "name": "Plex Pulse",
        "filename": "plex_pulse.zip",
        "hide_default_branch": True,
        "homeassistant": "2026.8.0",
        "zip_release": True,
    }
    assert [path.name for path in (ROOT / "custom_components").iterdir() if path.is_dir()] == [
        PRODUCT.name
    ]
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")
    assert (ROOT / "README.md").is_file()


def test_brand_folder_has_exactly_the_images_home_assistant_serves() -> None:
    assert {path.name for path in (PRODUCT / "brand").iterdir()} == BRAND_IMAGES


@pytest.mark.parametrize("name", sorted(BRAND_IMAGES))
def test_brand_images_have_the_required_sizes(name: str) -> None:
    width, height = _size(name)
    scale = 2 if "@2x" in name else 1
    if "icon" in name:
        assert (width, height) == (256 * scale, 256 * scale)
    else:
        assert 128 * scale <= min(width, height) <= 256 * scale


def test_quality_scale_has_every_rule() -> None:
    rules = [rule for tier in TIERS.values() for rule in tier]
    assert len(rules) == len(set(rules)) == 54
    assert set(QUALITY_SCALE) == set(rules)


@pytest.mark.parametrize("rule", sorted(QUALITY_SCALE))
def test_quality_scale_rule_has_a_reference_or_a_reason(rule: str) -> None:
    assert set(QUALITY_SCALE[rule]) == {"status", "comment"}
    assert _status(rule) in {"done", "exempt"}
    comment = QUALITY_SCALE[rule]["comment"]
    assert comment.strip()
    if _status(rule) == "done":
        words = re.findall(r"[\w./-]*\w", comment)
        proofs = [word for word in words if "/" in word or word.endswith((".md", ".toml"))]
        assert proofs
        assert all((ROOT / proof).is_file() for proof in proofs)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_platform_sets_parallel_updates(platform: str) -> None:
    module = import_module(f"custom_components.plex_pulse.{platform}")
    assert module.PARALLEL_UPDATES in {0, 1}


def test_highest_quality_scale_tier_is_claimed() -> None:
    assert MANIFEST["quality_scale"] == list(TIERS)[-1]


def test_exempt_quality_scale_rules_have_no_object() -> None:
    has_actions = (PRODUCT / "services.yaml").exists()
    for rule in ("action-setup", "docs-actions", "action-exceptions"):
        assert (_status(rule) == "exempt") is not has_actions
    assert not (PRODUCT / "trigger.py").exists()
    assert not (PRODUCT / "condition.py").exists()
    for rule in ("dependency-transparency", "async-dependency"):
        assert (_status(rule) == "exempt") is not MANIFEST["requirements"]
