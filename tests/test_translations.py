"""The other languages: complete, with the same placeholders, and translated."""

from string import Formatter
from typing import Final

import pytest

from .product import PRODUCT, read_json, texts

FOLDER: Final = PRODUCT / "translations"
LANGUAGES: Final = (
    *("cs", "da", "de", "es", "fr", "it", "ja"),
    *("nb", "nl", "pl", "pt-BR", "sv", "zh-Hans"),
)


def _gaps(text: str) -> list[str]:
    """Return the placeholders of a text."""
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


ENGLISH: Final = dict(texts(read_json(FOLDER / "en.json")))


def test_each_language_has_a_file() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == {"en", *LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_have_all_keys_and_placeholders(language: str) -> None:
    translated = dict(texts(read_json(FOLDER / f"{language}.json")))
    assert list(translated) == list(ENGLISH)
    for key, text in translated.items():
        assert text.strip() == text
        assert text, key
        assert _gaps(text) == _gaps(ENGLISH[key]), key
        assert text.count("`") == ENGLISH[key].count("`"), key
        assert "://" not in text, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_are_not_left_in_english(language: str) -> None:
    """Sentences must differ; single words may be the same in two languages."""
    translated = dict(texts(read_json(FOLDER / f"{language}.json")))
    same = {key for key, text in translated.items() if text == ENGLISH[key]}
    assert not {key for key in same if ENGLISH[key].endswith((".", "?"))}
    assert len(same) < len(ENGLISH) / 8
