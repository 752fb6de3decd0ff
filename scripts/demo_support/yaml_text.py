"""YAML for dashboards."""

import json
from typing import Protocol

from homeassistant.util.yaml.dumper import add_representer, dump

from .cards import Card


class _Dumper(Protocol):
    """The method of PyYAML's dumpers that is used."""

    def represent_scalar(self, tag: str, value: str, style: str | None) -> object:
        """Return a scalar node."""


def _text(dumper: _Dumper, text: str) -> object:
    """Represent text of several lines as a block."""
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, "|" if "\n" in text else None)


def as_yaml(config: Card) -> str:
    """Return a dashboard as YAML, without sorting its keys."""
    add_representer(str, _text)
    # The copy has no shared objects, which YAML would write as anchors and aliases.
    return dump(json.loads(json.dumps(config))).rstrip("\n")
