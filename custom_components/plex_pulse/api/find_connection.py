"""Find the best address at which a server responds."""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Iterator, Mapping, Sequence
from contextlib import suppress
from enum import StrEnum
from itertools import groupby, zip_longest
from typing import Final

from aiohttp import ClientSession
from yarl import URL

from .client import PlexServerClient
from .errors import PlexApiError, PlexErrorKind, PlexErrorReason
from .http.certificate import split_plex_direct
from .http.clock import Clock
from .http.rate_limiter import RateLimiterRegistry
from .http.request import ClientIdentity
from .http.retry import RetryPolicy
from .models.account import Connection, Resource
from .record import Record

_CONNECT_SECONDS: Final = 3.0
"""Short, because dead and Docker-internal addresses never respond."""
_RESPONSE_SECONDS: Final = 3.0
"""How long an address that accepts the connection is waited for unless the caller says so."""
_MAX_RATE_LIMIT_WAIT_SECONDS: Final = 4.0
_MAX_PARALLEL_PROBES: Final = 8
"""Probes that run at the same time; plex.tv may list dozens of addresses."""
_MAX_WAIT_FOR_BETTER_SECONDS: Final = 8.0
"""How long better addresses are waited for after another one has responded."""

_EXPLAINED_BY_THE_SERVER: Final = frozenset({PlexErrorReason.STARTING, PlexErrorReason.LOADING})
_EXACT_REASONS: Final = frozenset(
    {
        PlexErrorReason.BAD_CERTIFICATE,
        PlexErrorReason.CERTIFICATE_CHANGED,
        PlexErrorReason.TOO_OLD,
        PlexErrorReason.WRONG_SERVER,
        PlexErrorReason.XML,
    }
)
"""Reasons that tell the owner what to change."""
_BROKEN_CONNECTION: Final = frozenset({PlexErrorReason.TLS_FAILED, PlexErrorReason.CONNECTION_LOST})


class ConnectionKind(StrEnum):
    """The network path of an address, best first."""

    LOCAL = "local"
    REMOTE = "remote"
    RELAY = "relay"
    """Through Plex's relay, limited to about 2 Mbit/s."""


class FoundConnection(Record):
    """The best address at which the right server responded."""

    url: str
    """The base URL; an IP address where plex.tv lists a name under plex.direct."""
    kind: ConnectionKind
    certificate_name: str | None
    """The name in the certificate that proved the server, `<hash>.plex.direct`.

    None for plain http, and for a host name of the owner with a certificate of its own.
    """


class _Candidate(Record):
    """An address to probe."""

    url: str
    kind: ConnectionKind
    certificate_name: str | None

    @property
    def rank(self) -> tuple[int, bool]:
        """Return the sort key, lowest is best: by kind, then https before http."""
        return list(ConnectionKind).index(self.kind), self.url.startswith("http:")


async def find_connection(
    session: ClientSession,
    resource: Resource,
    *,
    identity: ClientIdentity,
    rate_limiters: RateLimiterRegistry,
    allow_plain: bool,
    response_seconds: float = _RESPONSE_SECONDS,
) -> FoundConnection:
    """Return the best address at which the right server responds (GET /identity).

    A name under plex.direct needs no DNS: its IP address is connected to, and the server proves
    by its certificate that it is the one plex.tv lists; `session` must verify certificates.
    Plain http, where nothing proves the server, is probed only with `allow_plain`, and only
    for local addresses that plex.tv lists without https: what breaks https on the network
    cannot cause it.

    All addresses except relays are probed, without a token, up to eight at the same time.
    Among equally good ones the first response wins; better ones are waited for, at most 8 s.
    Relays are probed if no other address works. An address must accept the connection within
    3 s; all of them share `response_seconds` for their responses, and each has at least 3 s.

    Raises:
        PlexApiError: no address works. Of all failures it is the one that says most:

            1. the server responds that it is starting or loading;
            2. the host responds, and what is wrong is known: another server, the certificate,
               XML, a refused request, a version that is too old;
            3. the host responds with anything else: 429, 500, 404, HTML;
            4. the connection is opened and then lost, or TLS fails;
            5. no connection: refused, timeout, unknown host.

            Failures 3 and 4 of a relay count as 5. Of equal ones, that of the better address
            counts: local, remote, relay.

    """
    failures: dict[_Candidate, PlexApiError] = {}
    clock = rate_limiters.clock
    deadline = clock.monotonic() + response_seconds

    async def probe(candidate: _Candidate) -> _Candidate | None:
        """Return the candidate if the right server responds there."""
        client = PlexServerClient(
            session,
            candidate.url,
            None,
            identity=identity,
            rate_limiters=rate_limiters,
            certificate_name=candidate.certificate_name,
        )
        try:
            seconds = max(_RESPONSE_SECONDS, deadline - clock.monotonic())
            policy = RetryPolicy(
                max_retries=0,
                attempt_timeout=seconds,
                total_timeout=seconds,
                connect_timeout=_CONNECT_SECONDS,
                max_rate_limit_wait=_MAX_RATE_LIMIT_WAIT_SECONDS,
            )
            await client.verify_identity(resource.machine_identifier, policy=policy)
        except PlexApiError as err:
            failures[candidate] = err
            return None
        return candidate

    candidates = _candidates(resource, allow_plain=allow_plain)
    direct = [item for item in candidates if item.kind is not ConnectionKind.RELAY]
    relays = [item for item in candidates if item.kind is ConnectionKind.RELAY]
    for group in (direct, relays):
        if (found := await _first_success_by_rank(group, probe, clock)) is not None:
            return FoundConnection(
                url=found.url,
                kind=found.kind,
                certificate_name=found.certificate_name,
            )
    raise _best_failure(candidates, failures)


async def _first_success_by_rank(
    candidates: Sequence[_Candidate],
    probe: Callable[[_Candidate], Coroutine[None, None, _Candidate | None]],
    clock: Clock,
) -> _Candidate | None:
    """Probe all candidates; return the best that responds, the fastest of equal rank."""
    slots = asyncio.Semaphore(_MAX_PARALLEL_PROBES)

    async def probe_in_turn(candidate: _Candidate) -> _Candidate | None:
        """Probe as soon as fewer than the permitted number of other probes run."""
        async with slots:
            return await probe(candidate)

    probes = {
        asyncio.create_task(probe_in_turn(candidate)): candidate
        for candidate in _in_probing_order(candidates)
    }
    try:
        best = await _first_success(probes, probes.keys())
        if best is None:
            return None
        with suppress(TimeoutError):
            async with clock.timeout(_MAX_WAIT_FOR_BETTER_SECONDS):
                while better := {task for task, item in probes.items() if item.rank < best.rank}:
                    if (found := await _first_success(probes, better)) is None:
                        break
                    best = found
        return best
    finally:
        for task in probes:
            task.cancel()
        await asyncio.gather(*probes, return_exceptions=True)


async def _first_success(
    probes: Mapping[asyncio.Task[_Candidate | None], _Candidate],
    tasks: Collection[asyncio.Task[_Candidate | None]],
) -> _Candidate | None:
    """Return the first of the candidates that responds, None if none does."""
    pending = set(tasks)
    while pending:
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        found = [probes[task] for task in done if task.result() is not None]
        if found:
            return min(found, key=lambda candidate: candidate.rank)
    return None


def _in_probing_order(candidates: Sequence[_Candidate]) -> Iterator[_Candidate]:
    """Yield the best candidate of each rank, then the second ones, and so on.

    A server in a Docker host may have dozens of dead local addresses; its remote one is
    probed among the first all the same.
    """
    ranks = [list(equals) for _, equals in groupby(candidates, key=lambda item: item.rank)]
    for row in zip_longest(*ranks):
        yield from (candidate for candidate in row if candidate is not None)


def _best_failure(
    candidates: Sequence[_Candidate], failures: Mapping[_Candidate, PlexApiError]
) -> PlexApiError:
    """Return the failure to raise if no candidate works: the one that says most.

    Of two that say equally much, it is that of the better candidate.
    """
    if not candidates:
        return PlexApiError(
            PlexErrorKind.NETWORK,
            "Plex knows no address of this server",
            endpoint="GET /identity",
            attempts=0,
            reason=PlexErrorReason.UNREACHABLE,
        )
    return failures[min(candidates, key=lambda item: _vagueness(item, failures[item]))]


def _vagueness(candidate: _Candidate, failure: PlexApiError) -> int:
    """Return how little a failure says about the server, as the order in `find_connection`."""
    if failure.reason in _EXPLAINED_BY_THE_SERVER:
        return 1
    if failure.reason in _EXACT_REASONS or failure.kind is PlexErrorKind.AUTHENTICATION:
        return 2
    if candidate.kind is ConnectionKind.RELAY:
        # The relay answers for a server that it cannot reach.
        return 5
    if failure.kind is not PlexErrorKind.NETWORK:
        return 3
    return 4 if failure.reason in _BROKEN_CONNECTION else 5


def _candidates(resource: Resource, *, allow_plain: bool) -> list[_Candidate]:
    """Return the addresses to probe, best first."""
    found: list[_Candidate] = []
    for connection in resource.connections:
        kind = _kind(connection)
        with suppress(ValueError):
            url, certificate_name = split_plex_direct(URL(connection.uri).origin())
            if url.scheme == "https":
                found.append(_Candidate(url=str(url), kind=kind, certificate_name=certificate_name))
        is_secure = resource.https_required or connection.uri.lower().startswith("https:")
        if allow_plain and kind is ConnectionKind.LOCAL and not is_secure:
            with suppress(ValueError):
                plain = URL.build(scheme="http", host=connection.address, port=connection.port)
                # yarl rejects an invalid port only when the URL is converted to text.
                found.append(_Candidate(url=str(plain), kind=kind, certificate_name=None))
    found.sort(key=lambda candidate: candidate.rank)
    return list(dict.fromkeys(found))


def _kind(connection: Connection) -> ConnectionKind:
    """Return the network path of the connection."""
    if connection.is_relay:
        return ConnectionKind.RELAY
    return ConnectionKind.LOCAL if connection.is_local else ConnectionKind.REMOTE
