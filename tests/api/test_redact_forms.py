"""Forms of secrets that the redaction recognizes, and texts that it leaves alone."""

import pytest

from custom_components.plex_pulse.api.http.redact import REDACTED, Redactor
from tests.secret_forms import UNKNOWN_SECRETS, forms_of, parts_of
from tests.secrets import TOKEN


@pytest.mark.parametrize("form", forms_of(TOKEN))
def test_known_secret_is_redacted_in_every_form(form: str) -> None:
    redacted = Redactor(TOKEN)(f"before {forms_of(TOKEN)[form]} after")
    assert redacted.startswith("before ")
    assert redacted.endswith(" after")
    assert REDACTED in redacted
    assert not [part for part in parts_of(TOKEN) if part in redacted.lower()]


def test_rest_of_a_long_secret_is_redacted_with_its_beginning() -> None:
    secret = "canary" + "aB3-_" * 100
    assert Redactor(secret)(f"a {secret} b") == f"a {REDACTED} b"


@pytest.mark.parametrize(("text", "secret"), UNKNOWN_SECRETS.items())
def test_unknown_secret_is_redacted_by_the_text_around_it(text: str, secret: str) -> None:
    redacted = Redactor()(text.format(secret))
    assert REDACTED in redacted
    for part in secret.replace("\\", " ").replace(".", " ").split():
        assert part not in redacted


@pytest.mark.parametrize(
    "text",
    [
        "500 Internal Server Error",
        'Basic realm="Plex"',
        'Bearer realm="x", error="invalid_token"',
        "Missing token, please sign in",
        "The token is invalid",
        "plex.tv and app.plex.tv are unreachable",
        "com.plexapp.plugins.library",
        "nginx/1.25.3",
        "ServiceUnavailableException",
        "/library/sections/1/all",
    ],
)
def test_helpful_text_is_kept(text: str) -> None:
    assert Redactor("a-secret-of-the-client")(text) == text
