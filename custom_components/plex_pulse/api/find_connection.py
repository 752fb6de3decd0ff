"""Find the best address at which a server responds."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Final, NamedTuple

from aiohttp import ClientSession
from yarl import URL

from .client import PlexServerClient
from .errors import PlexApiError, PlexErrorKind, PlexErrorReason
from .http.certificate import split_plex_direct
from .http.rate_limiter import RateLimiterRegistry
from .http.request import ClientIdentity
from .http.retry import RetryPolicy
from .models.account import Connection, Resource

_PROBE_POLICY: Final = RetryPolicy(max_retries=0, attempt_timeout=3, total_timeout=4)
"""Short, because dead and Docker-internal addresses never respond."""


class ConnectionKind(StrEnum):
    """The network path of an address, best first."""

    LOCAL = "local"
    REMOTE = "remote"
    RELAY = "relay"
    """Through Plex's relay, limited to about 2 Mbit/s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundConnection:
    """The best address at which the right server responded."""

    url: str
    """The base URL; an IP address where plex.tv lists a name under plex.direct."""
    kind: ConnectionKind
    certificate_name: str | None
    """The name in the certificate that proved the server, `<hash>.plex.direct`.

    None for plain http, and for a host name of the owner with a certificate of its own.
    """


class _Candidate(NamedTuple):
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
) -> FoundConnection:
    """Return the best address at which the right server responds (GET /identity).

    A name under plex.direct needs no DNS: its IP address is connected to, and the server proves
    by its certificate that it is the one plex.tv lists; `session` must verify certificates.
    Plain http, where nothing proves the server, is probed only with `allow_plain`, and only
    for local addresses that plex.tv lists without https: what breaks https on the network
    cannot cause it.

    All addresses except relays are probed in parallel, without a token. Among equally good
    ones the first response wins; better ones that are still being probed are waited for, at
    most 4 s. Relays are probed if no other address works.

    Raises:
        PlexApiError: the failure of the best address, if none works.

    """
    failures: dict[_Candidate, PlexApiError] = {}

    async def probe(candidate: _Candidate) -> _Candidate | None:
        """Return the candidate if the right server responds there."""
        client = PlexServerClient(
            session,
            candidate.url,
            None,
            identity=identity,
            rate_limiters=rate_limiters,
            policy=_PROBE_POLICY,
            certificate_name=candidate.certificate_name,
        )
        try:
            await client.verify_identity(resource.machine_identifier)
        except PlexApiError as err:
            failures[candidate] = err
            return None
        return candidate

    candidates = _candidates(resource, allow_plain=allow_plain)
    direct = [item for item in candidates if item.kind is not ConnectionKind.RELAY]
    relays = [item for item in candidates if item.kind is ConnectionKind.RELAY]
    for group in (direct, relays):
        if (found := await _first_success_by_rank(group, probe)) is not None:
            return FoundConnection(
                url=found.url,
                kind=found.kind,
                certificate_name=found.certificate_name,
            )
    raise _best_failure(candidates, failures)


async def _first_success_by_rank(
    candidates: Iterable[_Candidate],
    probe: Callable[[_Candidate], Coroutine[None, None, _Candidate | None]],
) -> _Candidate | None:
    """Probe all candidates; return the best that responds, the fastest of equal rank."""
    ranks = [
        [asyncio.create_task(probe(candidate)) for candidate in equals]
        for _, equals in groupby(candidates, key=lambda candidate: candidate.rank)
    ]
    all_tasks = [task for tasks in ranks for task in tasks]
    try:
        for tasks in ranks:
            async for task in asyncio.as_completed(tasks):
                if (found := await task) is not None:
                    return found
    finally:
        for task in all_tasks:
            task.cancel()
        await asyncio.gather(*all_tasks, return_exceptions=True)
    return None


def _best_failure(
    candidates: Sequence[_Candidate], failures: Mapping[_Candidate, PlexApiError]
) -> PlexApiError:
    """Return the failure to raise if no candidate works: that of the best one."""
    if not candidates:
        return PlexApiError(
            PlexErrorKind.NETWORK,
            "Plex knows no address of this server",
            endpoint="GET /identity",
            attempts=0,
            reason=PlexErrorReason.UNREACHABLE,
        )
    return failures[candidates[0]]


def _candidates(resource: Resource, *, allow_plain: bool) -> list[_Candidate]:
    """Return the addresses to probe, best first."""
    found: list[_Candidate] = []
    for connection in resource.connections:
        kind = _kind(connection)
        with suppress(ValueError):
            url, certificate_name = split_plex_direct(URL(connection.uri).origin())
            if url.scheme == "https":
                found.append(_Candidate(str(url), kind, certificate_name))
        is_secure = resource.https_required or connection.uri.lower().startswith("https:")
        if allow_plain and kind is ConnectionKind.LOCAL and not is_secure:
            with suppress(ValueError):
                plain = URL.build(scheme="http", host=connection.address, port=connection.port)
                # yarl rejects an invalid port only when the URL is converted to text.
                found.append(_Candidate(str(plain), kind, None))
    found.sort(key=lambda candidate: candidate.rank)
    return list(dict.fromkeys(found))


def _kind(connection: Connection) -> ConnectionKind:
    """Return the network path of the connection."""
    if connection.is_relay:
        return ConnectionKind.RELAY
    return ConnectionKind.LOCAL if connection.is_local else ConnectionKind.REMOTE
