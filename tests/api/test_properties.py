"""Property tests: any input gives a value or the documented error."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from hypothesis import given, settings, strategies as st
import orjson
import pytest

from custom_components.plex_pulse.api import (
    HistoryEntry,
    Library,
    MediaItem,
    MediaPage,
    PlexErrorKind,
    RemoteAccess,
    ServerAccount,
    ServerIdentity,
    ServerInfo,
    ServerResources,
    ServerUpdate,
    Session,
)
from custom_components.plex_pulse.api.http.classify import Redirect, status_failure
from custom_components.plex_pulse.api.http.decode import decode_container
from custom_components.plex_pulse.api.http.error_body import (
    MAX_MESSAGE_LENGTH,
    ErrorBody,
    read_error_body,
)
from custom_components.plex_pulse.api.http.rate_limiter import (
    MAX_RETRY_AFTER_SECONDS,
    parse_retry_after,
)
from custom_components.plex_pulse.api.http.redact import Redactor
from custom_components.plex_pulse.api.models.coerce import parse_list
from custom_components.plex_pulse.api.models.library import provided_libraries
from custom_components.plex_pulse.api.models.search import found_items
from tests.secrets import EMAIL, TOKEN

bounded = settings(max_examples=20, deadline=None, derandomize=True)
redact = Redactor(TOKEN)

# Keys that the models read, so that unusual values reach the parsers.
_WORDS: Final = """
    MediaProvider Feature Directory Metadata Media Part Stream User Player Session
    TranscodeSession id key uuid type title agent identifier sessionKey guid live bandwidth
    duration viewOffset addedAt index year librarySectionID machineIdentifier friendlyName
    ownerFeatures videoResolution videoCodec streamType selected displayTitle colorTrc
    progress speed size totalSize
    Hub Account Release StatisticsResources ratingKey score name thumb summary viewCount viewedAt
    accountID mappingState at hostCpuUtilization version added canInstall
"""
_KEYS: Final = st.sampled_from(_WORDS.split())
_SCALARS: Final = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.sampled_from(["1", "0", "-1", "true", "nan", "content", "com.plexapp.plugins.library"]),
)
_JSON: Final = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(_KEYS | st.text(max_size=6), inner, max_size=8)
    ),
    max_leaves=30,
)
_OBJECTS: Final = st.dictionaries(_KEYS, _JSON, max_size=12)
_TAGS: Final = """
    < > </ /> <h1> <title> <Response <error code="1" status=" <!-- <![CDATA[ <?xml
    &#x41; &#9999999999; { "errors":[
"""
_MARKUP: Final = st.lists(st.sampled_from(_TAGS.split()) | st.text(max_size=5)).map(" ".join)

PARSERS: Final[list[Callable[[Mapping[str, object]], object]]] = [
    Session.parse,
    MediaItem.parse,
    Library.parse,
    ServerInfo.parse,
    ServerIdentity.parse,
    lambda fields: tuple(provided_libraries(fields)),
    partial(MediaPage.parse, start=0, size=5),
    HistoryEntry.parse,
    partial(found_items, size=5),
    ServerAccount.parse,
    RemoteAccess.parse,
    ServerResources.parse,
    ServerUpdate.parse,
    lambda fields: parse_list(fields, "Metadata", Session.parse),
]


@pytest.mark.parametrize("parse", PARSERS)
@bounded
@given(fields=_OBJECTS)
def test_any_object_is_parsed_by_any_model(
    parse: Callable[[Mapping[str, object]], object], fields: dict[str, object]
) -> None:
    """The result can be compared with an earlier one."""
    assert parse(fields) == parse(fields)


@bounded
@given(st.one_of(st.binary(max_size=200), _JSON.map(orjson.dumps)))
def test_any_body_decodes_to_a_container_or_raises_value_error(body: bytes) -> None:
    try:
        problem = "" if isinstance(decode_container(body), dict) else "no object"
    except ValueError as err:
        problem = str(err)
    assert not problem or problem.startswith("The response ")


@bounded
@given(_JSON)
def test_any_json_value_is_a_container_or_raises_value_error(value: object) -> None:
    """Only an object is a container."""
    body = orjson.dumps({"MediaContainer": value})
    if isinstance(value, dict):
        assert decode_container(body) == orjson.loads(orjson.dumps(value))
        return
    with pytest.raises(ValueError, match=r"^The response has no MediaContainer$"):
        decode_container(body)


@bounded
@given(
    st.one_of(
        st.binary(max_size=400).map(lambda body: body.decode("utf-8", "replace")),
        _MARKUP,
        _JSON.map(lambda value: orjson.dumps(value).decode()),
        st.dictionaries(
            st.sampled_from(["errors", "error", "Response", "MediaContainer", "code", "message"]),
            _JSON,
        ).map(lambda value: orjson.dumps(value).decode()),
    ),
    st.integers(200, 999),
)
def test_any_error_body_has_an_optional_code_and_a_short_message(text: str, status: int) -> None:
    """The message is a single line."""
    found = read_error_body(text, redact)
    assert isinstance(found, ErrorBody)
    assert found.code is None or isinstance(found.code, int)
    assert len(found.message) <= MAX_MESSAGE_LENGTH
    assert found.message.isprintable()
    failure = status_failure("GET /", status, found, Redirect.NONE)
    assert failure.kind in PlexErrorKind
    assert failure.message


@bounded
@given(st.one_of(st.text(max_size=30), st.floats().map(str), st.integers().map(str)))
def test_any_retry_after_is_a_bounded_number_of_seconds_or_none(value: str) -> None:
    seconds = parse_retry_after(value, 1_790_000_000)
    assert seconds is None or 0 < seconds <= MAX_RETRY_AFTER_SECONDS


@bounded
@given(st.text(max_size=30), st.text(max_size=30))
def test_secret_is_redacted_in_any_text(before: str, after: str) -> None:
    """Tokens are known by value, e-mail addresses by pattern."""
    written = redact(f"{before}{TOKEN}{after} {EMAIL} {after}")
    assert TOKEN not in written
    assert EMAIL not in written
