"""A sign-in on Plex's own page, watched from a config flow."""

import asyncio
from contextlib import suppress
from http import HTTPStatus
import logging
from typing import Final

from aiohttp import web
from homeassistant.components.http import KEY_HASS, HomeAssistantView, current_request
from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey
from yarl import URL

from ..api import Pin, PlexAccountClient, PlexApiError
from ..clients import async_create_account_client
from ..const import DOMAIN
from ..errors import SignInProblem, sign_in_problem
from ..shared_state import async_get_shared

_LOGGER = logging.getLogger(__name__)

_CALLBACK_PATH: Final = "/api/plex_pulse/signed_in"
_GRACE: Final = 10.0
"""Seconds in which plex.tv must know of an approval once the browser has come back."""
_CLOSE_THE_WINDOW: Final = (
    "<!doctype html><meta charset='utf-8'><title>Plex Pulse</title>"
    "<script>window.close()</script><p>You can close this window.</p>"
)


class SignIn:
    """One sign-in of one flow, from opening Plex's page to a token or a problem.

    The flow moves on by itself as soon as plex.tv knows; the way back from Plex's page
    only shortens the wait, and may be barred.
    """

    def __init__(self, hass: HomeAssistant, flow_id: str) -> None:
        """Belong to a flow; nothing happens before `async_begin`."""
        self._hass = hass
        self._flow_id = flow_id
        self._returned = asyncio.Event()
        self._watch: asyncio.Task[None] | None = None
        self._is_cancelled = False
        self.token: str | None = None
        self.problem: SignInProblem | None = None

    @property
    def is_over(self) -> bool:
        """Return whether there is a token, or will never be one."""
        return self.token is not None or self.problem is not None

    async def async_begin(self) -> str:
        """Return the address of Plex's page, and begin to watch.

        Raises:
            PlexApiError: plex.tv would not begin a sign-in.

        """
        client = await async_create_account_client(self._hass)
        pin = await client.create_pin()
        # The dialog may have been closed while plex.tv took its time.
        if not self._is_cancelled:
            self._watch = self._hass.async_create_background_task(
                self._async_watch(client, pin), f"{DOMAIN} sign-in"
            )
            _waiting(self._hass)[self._flow_id] = self
        return client.approval_url(pin, self._forward_url())

    @callback
    def returned(self) -> None:
        """Note that the browser has come back from Plex's page."""
        self._returned.set()

    @callback
    def cancel(self) -> None:
        """Stop watching, because nobody waits any more."""
        self._is_cancelled = True
        _waiting(self._hass).pop(self._flow_id, None)
        if self._watch is not None:
            self._watch.cancel()

    def _forward_url(self) -> str | None:
        """Return where Plex's page should lead back to, if the browser told us where it is.

        The mobile apps do not; the page then stays open, and the flow moves on all the same.
        """
        request = current_request.get()
        base = request.headers.get("HA-Frontend-Base") if request is not None else None
        if base is None:
            return None
        return str(URL(base).with_path(_CALLBACK_PATH).with_query(flow_id=self._flow_id))

    async def _async_watch(self, client: PlexAccountClient, pin: Pin) -> None:
        """Wait for the approval, then wake the flow."""
        approval = asyncio.ensure_future(client.wait_for_approval(pin))
        back = asyncio.ensure_future(self._async_grace())
        try:
            await asyncio.wait({approval, back}, return_when=asyncio.FIRST_COMPLETED)
            if not approval.done():
                self.problem = SignInProblem.CANCELLED
            else:
                self.token = approval.result()
                if self.token is None:
                    self.problem = SignInProblem.EXPIRED
        except PlexApiError as err:
            _LOGGER.debug("The sign-in failed: %s", err)
            self.problem = sign_in_problem(err)
        except Exception:
            _LOGGER.exception("Unexpected failure while a sign-in was watched")
            self.problem = SignInProblem.UNREACHABLE
        finally:
            for task in (approval, back):
                task.cancel()
        _waiting(self._hass).pop(self._flow_id, None)
        await self._hass.config_entries.flow.async_configure(self._flow_id)

    async def _async_grace(self) -> None:
        """End a little after the browser came back without an approval."""
        await self._returned.wait()
        with suppress(TimeoutError):
            async with async_get_shared(self._hass).rate_limiters.clock.timeout(_GRACE):
                await self._hass.loop.create_future()


_DATA_WAITING: HassKey[dict[str, SignIn]] = HassKey(f"{DOMAIN}_sign_ins")


@callback
def _waiting(hass: HomeAssistant) -> dict[str, SignIn]:
    """Return the sign-ins under way, by flow; the way back is served from the first on."""
    if _DATA_WAITING not in hass.data:
        hass.data[_DATA_WAITING] = {}
        hass.http.register_view(SignedInView())
    return hass.data[_DATA_WAITING]


class SignedInView(HomeAssistantView):
    """Where Plex's page leads back to. Tells a stranger nothing, and starts nothing."""

    url = _CALLBACK_PATH
    name = "api:plex_pulse:signed_in"
    requires_auth = False

    async def get(self, request: web.Request) -> web.Response:
        """Let the sign-in know, if there is one, and close the window."""
        sign_in = _waiting(request.app[KEY_HASS]).get(request.query.get("flow_id", ""))
        if sign_in is not None:
            sign_in.returned()
        return web.Response(status=HTTPStatus.OK, text=_CLOSE_THE_WINDOW, content_type="text/html")
