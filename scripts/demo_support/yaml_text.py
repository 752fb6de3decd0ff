"""YAML as Home Assistant's users write it."""

import json
from typing import Protocol

from homeassistant.util.yaml.dumper import add_representer, dump

from .cards import Card


class _Dumper(Protocol):
    """The part of PyYAML's dumpers that is needed."""

    def represent_scalar(self, tag: str, value: str, style: str | None) -> object:
        """Return a node of YAML."""


def _text(dumper: _Dumper, text: str) -> object:
    """Write several lines as several lines."""
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, "|" if "\n" in text else None)


def as_yaml(config: Card) -> str:
    """Return a dashboard as YAML, in its own order."""
    add_representer(str, _text)
    # What cards have in common would be written once, and referred to elsewhere.
    return dump(json.loads(json.dumps(config))).rstrip("\n")
