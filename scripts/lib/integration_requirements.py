"""Print what Home Assistant would install at its first start with the integrations named."""

from importlib import import_module
from json import loads
from pathlib import Path
import sys
from typing import TypedDict, cast

import homeassistant

HOME_ASSISTANT = Path(homeassistant.__file__).parent
# Loaded before any integration; each names its own requirements.
AUTH_MODULES = ("notify", "totp")


class Manifest(TypedDict, total=False):
    """The part of an integration's manifest with its dependencies and requirements."""

    dependencies: list[str]
    requirements: list[str]


def auth_requirements() -> set[str]:
    """Return the requirements of the second factors every Home Assistant offers."""
    return {
        requirement
        for name in AUTH_MODULES
        for requirement in cast(
            "list[str]", import_module(f"homeassistant.auth.mfa_modules.{name}").REQUIREMENTS
        )
    }


def integration_requirements(domains: list[str]) -> set[str]:
    """Return the requirements of `domains` and of every integration they depend on."""
    found: set[str] = set()
    seen: set[str] = set()
    waiting = list(domains)
    while waiting:
        if (domain := waiting.pop()) in seen:
            continue
        seen.add(domain)
        path = HOME_ASSISTANT / "components" / domain / "manifest.json"
        manifest = cast("Manifest", loads(path.read_bytes()))
        found.update(manifest.get("requirements", ()))
        waiting.extend(manifest.get("dependencies", ()))
    return found


if __name__ == "__main__":
    for requirement in sorted(auth_requirements() | integration_requirements(sys.argv[1:])):
        print(requirement)
