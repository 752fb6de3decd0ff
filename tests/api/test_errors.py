"""Error responses in every format that servers are known to send."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from custom_components.plex_pulse.api import (
    PlexApiError,
    PlexErrorKind,
    PlexErrorReason,
    PlexServerClient,
    RetryPolicy,
)
from tests.secrets import TOKEN
from tests.simulator import Fault, PlexSimulator

from .helpers import MakeClient

MAINTENANCE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<Response code="503" title="Maintenance" '
    'status="The server is currently running database migrations."/>\n'
)


async def failure(client: PlexServerClient) -> PlexApiError:
    """Return the error of a call."""
    with pytest.raises(PlexApiError) as caught:
        await client.get_server()
    return caught.value


@pytest.fixture
def client(make_client: MakeClient) -> PlexServerClient:
    """Return a client that does not retry."""
    return make_client(policy=RetryPolicy(max_retries=0))


@pytest.mark.parametrize(
    ("status", "body", "code", "message"),
    [
        pytest.param(
            401,
            '{"errors":[{"code":1001,"message":"User could not be authenticated","status":401}]}',
            1001,
            "User could not be authenticated",
            id="JSON errors",
        ),
        pytest.param(
            404,
            '{"errors":[null,{"code":"1020","message":"Code not found"}]}',
            1020,
            "Code not found",
            id="JSON errors with a quoted code after an invalid item",
        ),
        pytest.param(422, '{"error":"Invalid token"}', None, "Invalid token", id="JSON error"),
        pytest.param(
            500,
            '{"MediaContainer":{"code":3000,"status":"No such thing"}}',
            3000,
            "No such thing",
            id="JSON MediaContainer",
        ),
        pytest.param(
            503,
            '{"Response":{"code":503,"title":"Maintenance","status":"Starting up"}}',
            503,
            "Starting up",
            id="JSON Response",
        ),
        pytest.param(
            503,
            MAINTENANCE,
            503,
            "The server is currently running database migrations.",
            id="XML Response",
        ),
        pytest.param(
            400,
            '<?xml version="1.0"?><errors><error code="1000" message="Identifier is missing" '
            'status="400"/></errors>',
            1000,
            "Identifier is missing",
            id="XML errors",
        ),
        pytest.param(
            401,
            "<errors><error>Invalid login</error></errors>",
            None,
            "Invalid login",
            id="XML errors with text",
        ),
        pytest.param(
            409,
            "<html><head><script>let h1;</script><title>Conflict</title></head>"
            "<body><h1>409 Conflict</h1></body></html>",
            409,
            "409 Conflict",
            id="HTML heading",
        ),
        pytest.param(
            502,
            "<html><head><title>Bad &amp; broken</title></head><body></body></html>",
            None,
            "Bad & broken",
            id="HTML title",
        ),
        pytest.param(
            400,
            "cannot set preference value\nfor unknown preference foo\x00",
            None,
            "cannot set preference value for unknown preference foo",
            id="plain text",
        ),
        pytest.param(404, "", None, "HTTP status 404 without a message", id="empty"),
        pytest.param(404, "{}", None, "{}", id="JSON of another shape"),
        pytest.param(500, '{"errors":[{"co', None, '{"errors":[{"co', id="cut JSON"),
    ],
)
async def test_code_and_message_are_read_from_an_error_body(
    simulator: PlexSimulator,
    client: PlexServerClient,
    status: int,
    body: str,
    code: int | None,
    message: str,
) -> None:
    """All known formats are read, with any content type."""
    simulator.faults.add("/", Fault.status(status, body=body.encode()))
    error = await failure(client)
    assert (error.status, error.code, error.message) == (status, code, message)
    assert error.endpoint == "GET /"
    assert (await client.get_server()).name == "Harbour"


@pytest.mark.parametrize(
    ("status", "kind", "is_transient"),
    [
        (401, PlexErrorKind.AUTHENTICATION, False),
        (403, PlexErrorKind.AUTHENTICATION, False),
        (429, PlexErrorKind.RATE_LIMIT, True),
        (400, PlexErrorKind.CLIENT, False),
        (404, PlexErrorKind.CLIENT, False),
        (422, PlexErrorKind.CLIENT, False),
        (498, PlexErrorKind.CLIENT, False),
        (304, PlexErrorKind.CLIENT, False),
        (500, PlexErrorKind.SERVER, True),
        (501, PlexErrorKind.SERVER, True),
        (509, PlexErrorKind.SERVER, True),
        (599, PlexErrorKind.SERVER, True),
    ],
)
async def test_each_http_status_maps_to_one_error_kind(
    simulator: PlexSimulator,
    client: PlexServerClient,
    status: int,
    kind: PlexErrorKind,
    is_transient: bool,
) -> None:
    """The statistics count the failure under the same kind."""
    simulator.faults.add("/", Fault.status(status))
    error = await failure(client)
    assert (error.kind, error.is_transient) == (kind, is_transient)
    assert client.statistics.failures == {kind: 1}


async def test_refused_token_is_an_authentication_error(
    simulator: PlexSimulator, make_client: MakeClient
) -> None:
    simulator.revoke(TOKEN)
    error = await failure(make_client())
    assert error.kind is PlexErrorKind.AUTHENTICATION
    assert str(error) == "GET /: authentication 401: 401 Unauthorized"
    simulator.tokens.add_owner("another-token")
    await make_client(token="another-token").get_server()


@pytest.mark.parametrize("body", [MAINTENANCE, '{"Response":{"code":503,"title":"Maintenance"}}'])
@pytest.mark.parametrize("status", [200, 503])
async def test_maintenance_page_has_the_reason_server_starting(
    simulator: PlexSimulator, client: PlexServerClient, status: int, body: str
) -> None:
    """Some proxies answer it with status 200."""
    simulator.faults.add("/", Fault.status(status, body=body.encode(), content_type="text/xml"))
    error = await failure(client)
    assert error.kind is PlexErrorKind.SERVER
    assert error.reason is PlexErrorReason.STARTING
    assert error.code == 503
    await client.get_server()


@pytest.mark.parametrize(
    "body",
    [
        "x" * 400,
        '{"errors":[{"code":1,"message":"' + "x" * 400 + '"}]}',
        "<html><body><h1>" + "x" * 400 + "</h1></body></html>",
    ],
    ids=["text", "JSON", "HTML"],
)
async def test_error_message_is_cut_at_200_characters(
    simulator: PlexSimulator, client: PlexServerClient, body: str
) -> None:
    simulator.faults.add("/", Fault.status(500, body=body.encode()))
    error = await failure(client)
    assert error.message == "x" * 199 + "…"


def test_attributes_of_an_error_are_read_only() -> None:
    error = PlexApiError(PlexErrorKind.SERVER, "busy", endpoint="GET /", status=503)
    for name in ("kind", "message", "endpoint", "status", "retry_after", "attempts", "reason"):
        before = getattr(error, name)
        with pytest.raises(AttributeError, match=name):
            setattr(error, name, None)
        assert getattr(error, name) is before


def test_python_can_still_attach_traceback_context_and_notes_to_an_error() -> None:
    error = PlexApiError(PlexErrorKind.SERVER, "busy", endpoint="GET /")
    cause = KeyError("cause")

    @contextmanager
    def passing() -> Iterator[None]:
        # contextlib assigns `__traceback__`, which a frozen dataclass would refuse.
        yield

    with pytest.raises(PlexApiError) as caught, passing():
        raise error from cause
    assert caught.value is error
    assert error.__traceback__ is not None
    assert error.__cause__ is cause
    error.__traceback__ = None
    error.add_note("first")
    error.add_note("second")
    assert error.__notes__ == ["first", "second"]


def test_replace_changes_a_copy_and_leaves_the_error_as_it_was() -> None:
    error = PlexApiError(
        PlexErrorKind.SERVER,
        "maintenance",
        endpoint="GET /",
        status=503,
        code=503,
        reason=PlexErrorReason.STARTING,
    )
    with pytest.raises(PlexApiError):
        raise error from KeyError("cause")
    copy = error.replace(kind=PlexErrorKind.RATE_LIMIT, retry_after=60, attempts=2)
    assert (copy.kind, copy.retry_after, copy.attempts) == (PlexErrorKind.RATE_LIMIT, 60, 2)
    assert (copy.message, copy.endpoint, copy.status, copy.code, copy.reason) == (
        error.message,
        error.endpoint,
        error.status,
        error.code,
        error.reason,
    )
    assert (copy.__traceback__, copy.__cause__, copy.__context__) == (None, None, None)
    assert (error.kind, error.retry_after, error.attempts) == (PlexErrorKind.SERVER, None, 1)


@pytest.mark.parametrize(
    ("kind", "reason", "is_transient"),
    [
        (PlexErrorKind.NETWORK, None, True),
        (PlexErrorKind.NETWORK, PlexErrorReason.TIMEOUT, True),
        (PlexErrorKind.NETWORK, PlexErrorReason.BAD_CERTIFICATE, False),
        (PlexErrorKind.CLIENT, PlexErrorReason.NO_DETAIL, False),
        (PlexErrorKind.SERVER, PlexErrorReason.NO_DETAIL, True),
    ],
)
def test_kind_and_reason_decide_whether_an_error_is_transient(
    kind: PlexErrorKind, reason: PlexErrorReason | None, is_transient: bool
) -> None:
    error = PlexApiError(PlexErrorKind.CLIENT, "text", endpoint="GET /")
    assert error.replace(kind=kind, reason=reason).is_transient is is_transient
