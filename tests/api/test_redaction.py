"""Redaction of secrets in error messages."""

import pytest

from custom_components.plex_pulse.api import (
    PlexApiError,
    PlexServerClient,
    RetryPolicy,
)
from tests.leak_detector import LeakDetector
from tests.secrets import EMAIL, TOKEN
from tests.simulator import Fault, PlexSimulator

from .helpers import MakeClient


@pytest.fixture
def client(make_client: MakeClient) -> PlexServerClient:
    """Return a client that does not retry."""
    return make_client(policy=RetryPolicy(max_retries=0))


async def failure(client: PlexServerClient) -> PlexApiError:
    """Return the error of a call."""
    with pytest.raises(PlexApiError) as caught:
        await client.get_server()
    return caught.value


@pytest.mark.parametrize(
    "form",
    [
        "{}",
        '{{"errors":[{{"code":1,"message":"{}"}}]}}',
        '<Response code="503" status="{}"/>',
        "<html><body><h1>{}</h1></body></html>",
        # The text before the secret is so long that the limit of 200 characters cuts the secret.
        "word " * 37 + "{}",
    ],
    ids=["text", "JSON", "XML", "HTML", "cut"],
)
@pytest.mark.parametrize(
    "secret",
    [
        TOKEN,
        EMAIL,
        "https://nas.invalid:32400/library?X-Plex-Token=other-token",
        "10.11.12.13:32400",
        "10-11-12-13.0123456789abcdef.plex.direct",
        "authToken=other-token",
        "fe80::1f:22ff:fe33:4455",
    ],
)
async def test_error_message_contains_no_secret(
    simulator: PlexSimulator, client: PlexServerClient, form: str, secret: str
) -> None:
    """Parts of a secret are removed as well."""
    simulator.faults.add("/", Fault.status(500, body=form.format(f"({secret})").encode()))
    error = await failure(client)
    secrets = (
        TOKEN[:8],
        EMAIL[:8],
        "nas.invalid",
        "other-token",
        "11.12",
        "11-12",
        "89abcdef",
        "1f:22ff",
    )
    assert not any(secret in f"{error} {error!r}" for secret in secrets)
    assert "**r" in error.message


@pytest.mark.parametrize(
    "body",
    [
        "<h1>canary.viewer&#64;mail.example</h1>",
        '{"error":"canary.viewer\\u0040mail.example"}',
        '{"error":"\\u0063anary.viewer@mail.example"}',
        '{"error":"see https:\\/\\/nas.invalid\\/path"}',
    ],
)
async def test_escaped_secret_is_redacted(
    simulator: PlexSimulator, client: PlexServerClient, leak_detector: LeakDetector, body: str
) -> None:
    """Decoding a body must not undo the redaction."""
    simulator.faults.add("/", Fault.status(500, body=body.encode()))
    error = await failure(client)
    written = "\n".join([*leak_detector.lines, error.message])
    assert "anary" not in written
    assert "nas.invalid" not in written
    assert "**redacted**" in error.message
