"""The simulated plex.tv: sign-ins that a test approves, accounts and their servers."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
import time
from typing import override

from aiohttp import web

from .fault_responder import Sleep
from .listener import Listener
from .plextv_accounts import ListedServer, PlexAccount, ServerConnection, connection_to
from .plextv_errors import Outage, rate_limit_fault
from .plextv_friends import Friend
from .plextv_pins import STRONG_LIFETIME, SignIn, SignIns
from .plextv_routes import plextv_routes
from .server import PlexSimulator

_FIRST_ACCOUNT = 7_310_452


class PlexTvSimulator(Listener):
    """plex.tv to embed in a test; /auth is the page app.plex.tv/auth."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Sleep = asyncio.sleep,
        pin_lifetime: int = STRONG_LIFETIME,
    ) -> None:
        """Prepare a plex.tv without accounts; pin_lifetime is in seconds."""
        super().__init__(clock, sleep)
        self.accounts: dict[str, PlexAccount] = {}
        self.sign_ins = SignIns(clock, pin_lifetime)

    @property
    def approval_page(self) -> str:
        """Return the URL of the page that approves a sign-in."""
        return f"{self.url}/auth"

    @property
    def pins(self) -> Sequence[SignIn]:
        """Return all sign-ins so far, in any state."""
        return self.sign_ins.all

    def add_account(self, name: str, token: str) -> PlexAccount:
        """Add an account; the e-mail address is derived from the name."""
        account = PlexAccount(id=_FIRST_ACCOUNT + len(self.accounts), name=name, token=token)
        self.accounts[name] = account
        return account

    def add_server(
        self,
        account: str,
        name: str,
        machine_identifier: str,
        access_token: str,
        *,
        connections: Iterable[ServerConnection] = (),
        owned: bool = True,
        owner_name: str | None = None,
        https_required: bool = False,
    ) -> ListedServer:
        """List a server for an account.

        Raises:
            KeyError: The account was not added.

        """
        server = ListedServer(
            name=name,
            machine_identifier=machine_identifier,
            access_token=access_token,
            connections=tuple(connections),
            owned=owned,
            owner_name=owner_name,
            https_required=https_required,
        )
        self.accounts[account].servers.append(server)
        return server

    def claim(
        self, account: str, simulator: PlexSimulator, access_token: str, *, local: bool = True
    ) -> ListedServer:
        """List a running simulator as the account's own; it accepts the account's own token too.

        Raises:
            KeyError: The account was not added.

        """
        simulator.tokens.add_owner(self.accounts[account].token)
        simulator.tokens.add_owner(access_token)
        server = ListedServer(
            name=simulator.state.friendly_name,
            machine_identifier=simulator.state.machine_identifier,
            access_token=access_token,
            connections=(connection_to(simulator, local=local),),
            sections=tuple(
                (section.key, section.title, section.type)
                for section in simulator.library.sections.values()
            ),
        )
        self.accounts[account].servers.append(server)
        return server

    def add_friend(self, account: str, friend: Friend) -> None:
        """Share the account's servers with a user, as /api/users lists it."""
        self.accounts[account].friends.append(friend)

    def add_player(self, account: str, name: str) -> None:
        """List a player for an account; plex.tv lists players among the servers."""
        self.accounts[account].players.append(name)

    def connection_to(
        self, server: PlexSimulator | str, *, local: bool = True, relay: bool = False
    ) -> ServerConnection:
        """Return a connection to a simulator or an address that is reachable from the test."""
        return connection_to(server, local=local, relay=relay)

    def approve(self, pin: int | str, account: str = "owner") -> None:
        """Approve a sign-in by its id or code.

        Raises:
            KeyError: The sign-in or the account does not exist.

        """
        self.sign_ins.waiting(pin).auth_token = self.accounts[account].token

    def deny(self, pin: int | str) -> None:
        """Deny a sign-in by its id or code; plex.tv then answers 404 for it."""
        self.sign_ins.waiting(pin).is_denied = True

    def account_of(self, token: str) -> PlexAccount | None:
        """Return the account of a token."""
        return next((item for item in self.accounts.values() if item.token == token), None)

    def begin_outage(self, outage: Outage, *, path: str = "*", times: int | None = None) -> None:
        """Start an outage until end_outage(), or for a number of requests."""
        self.faults.add(path, outage.fault, times)

    def end_outage(self) -> None:
        """End the outage and remove every scripted fault."""
        self.faults.clear()

    def limit_rate(self, *, path: str = "*", times: int | None = 1) -> None:
        """Refuse requests with 429 and code 1003, without Retry-After."""
        self.faults.add(path, rate_limit_fault(), times)

    @override
    def routes(self) -> list[web.RouteDef]:
        """Return plex.tv's endpoints and the approval page."""
        return plextv_routes(self)
