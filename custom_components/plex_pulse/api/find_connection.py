"""Which of a server's addresses works from here."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Final

from aiohttp import ClientSession
from yarl import URL

from .client import PlexServerClient
from .errors import PlexApiError, PlexErrorKind, PlexErrorReason
from .http.rate_limiter import RateLimiterRegistry
from .http.request import ClientIdentity
from .http.retry import RetryPolicy
from .models.account import Connection, Resource

_PROBE_POLICY: Final = RetryPolicy(max_retries=0, attempt_timeout=3, total_timeout=4)
"""Dead and Docker-internal addresses never answer; nobody waits longer for them."""


class ConnectionKind(StrEnum):
    """How an address leads to a server, the better the earlier."""

    LOCAL = "local"
    REMOTE = "remote"
    RELAY = "relay"
    """Through Plex's own relay, at about 2 Mbit/s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundConnection:
    """The best address that answered as the right server.

    plex_direct_unresolved: names under plex.direct did not resolve, as behind a router that
    protects from DNS rebinding; the address is second best for it.
    """

    url: str
    kind: ConnectionKind
    plex_direct_unresolved: bool


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An address to try."""

    url: str
    kind: ConnectionKind
    is_plain: bool

    @property
    def rank(self) -> tuple[int, bool]:
        """Return how good it is, the lower the better: by kind, https before http."""
        return list(ConnectionKind).index(self.kind), self.is_plain

    @property
    def is_plex_direct(self) -> bool:
        """Return whether its name is one that Plex hands out, not the owner's own."""
        return (URL(self.url).raw_host or "").endswith(".plex.direct")


async def find_connection(
    session: ClientSession,
    resource: Resource,
    *,
    identity: ClientIdentity,
    rate_limiters: RateLimiterRegistry,
) -> FoundConnection:
    """Return the best address at which `/identity` names the right server.

    All but relays are tried side by side, without a token. Among equals the first that
    answers wins; better ones that are still being tried are waited for, 4 s at most. A
    relay is tried when nothing else answered.

    Raises:
        PlexApiError: what stood in the way of the likeliest address; PLEX_DIRECT_UNRESOLVED if all
            there is are names under plex.direct, and none of them resolves.

    """
    failures: dict[_Candidate, PlexApiError] = {}

    async def probe(candidate: _Candidate) -> _Candidate | None:
        """Return the candidate if the right server answers there."""
        client = PlexServerClient(
            session,
            candidate.url,
            None,
            identity=identity,
            rate_limiters=rate_limiters,
            policy=_PROBE_POLICY,
        )
        try:
            await client.verify_identity(resource.machine_identifier)
        except PlexApiError as err:
            failures[candidate] = err
            return None
        return candidate

    candidates = _candidates(resource)
    direct = [item for item in candidates if item.kind is not ConnectionKind.RELAY]
    relays = [item for item in candidates if item.kind is ConnectionKind.RELAY]
    for group in (direct, relays):
        if (found := await _first_success_by_rank(group, probe)) is not None:
            return FoundConnection(
                url=found.url,
                kind=found.kind,
                plex_direct_unresolved=_plex_direct_unresolved(failures, found),
            )
    raise _best_failure(candidates, failures)


async def _first_success_by_rank(
    candidates: Iterable[_Candidate],
    probe: Callable[[_Candidate], Coroutine[None, None, _Candidate | None]],
) -> _Candidate | None:
    """Return the best candidate that answers, the fastest among equals."""
    ranks = [
        [asyncio.create_task(probe(candidate)) for candidate in equals]
        for _, equals in groupby(candidates, key=lambda candidate: candidate.rank)
    ]
    everything = [task for tasks in ranks for task in tasks]
    try:
        for tasks in ranks:
            async for task in asyncio.as_completed(tasks):
                if (found := await task) is not None:
                    return found
    finally:
        for task in everything:
            task.cancel()
        await asyncio.gather(*everything, return_exceptions=True)
    return None


def _best_failure(
    candidates: Sequence[_Candidate], failures: Mapping[_Candidate, PlexApiError]
) -> PlexApiError:
    """Return the failure to raise when nothing answered."""
    if not candidates:
        return PlexApiError(
            PlexErrorKind.NETWORK,
            "Plex knows no address of this server",
            endpoint="GET /identity",
            attempts=0,
            reason=PlexErrorReason.UNREACHABLE,
        )
    failure = failures[candidates[0]]
    if all(_is_unresolved(candidate, failures[candidate]) for candidate in candidates):
        # plex.tv gave the names a moment ago, so the resolver works, but for these.
        return failure.replace(reason=PlexErrorReason.PLEX_DIRECT_UNRESOLVED)
    return failure


def _plex_direct_unresolved(failures: Mapping[_Candidate, PlexApiError], found: _Candidate) -> bool:
    """Return whether better addresses failed for their names, unknown to the resolver here."""
    return any(
        candidate.rank < found.rank and _is_unresolved(candidate, failure)
        for candidate, failure in failures.items()
    )


def _is_unresolved(candidate: _Candidate, failure: PlexApiError) -> bool:
    """Return whether a name that Plex hands out does not resolve here."""
    return failure.reason is PlexErrorReason.UNKNOWN_HOST and candidate.is_plex_direct


def _candidates(resource: Resource) -> list[_Candidate]:
    """Return the addresses, the best first."""
    found: list[_Candidate] = []
    for connection in resource.connections:
        kind = _kind(connection)
        with suppress(ValueError):
            secure = URL(connection.uri).origin()
            if secure.scheme == "https":
                found.append(_Candidate(str(secure), kind, is_plain=False))
        # Without encryption no further than the own network.
        if kind is ConnectionKind.LOCAL and not resource.https_required:
            with suppress(ValueError):
                plain = URL.build(scheme="http", host=connection.address, port=connection.port)
                # Only writing it out finds a port that is none.
                found.append(_Candidate(str(plain), kind, is_plain=True))
    found.sort(key=lambda candidate: candidate.rank)
    return list(dict.fromkeys(found))


def _kind(connection: Connection) -> ConnectionKind:
    """Return how the connection leads to the server."""
    if connection.is_relay:
        return ConnectionKind.RELAY
    return ConnectionKind.LOCAL if connection.is_local else ConnectionKind.REMOTE
