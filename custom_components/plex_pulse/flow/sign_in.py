"""One sign-in on Plex's own page, started by a config flow."""

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
_APPROVAL_TIMEOUT_AFTER_RETURN_SECONDS: Final = 10.0
"""How long to wait for the approval after the browser has left Plex's page."""
_CLOSE_WINDOW_PAGE: Final = (
    "<!doctype html><meta charset='utf-8'><title>Plex Pulse</title>"
    "<script>window.close()</script><p>You can close this window.</p>"
)


class SignIn:
    """A sign-in of one config flow; ends with a token or a problem, and advances the flow.

    The approval is polled from plex.tv. The callback from Plex's page only shortens the
    wait, and is not required: a proxy or the mobile apps may prevent it.
    """

    def __init__(self, hass: HomeAssistant, flow_id: str) -> None:
        """Prepare a sign-in for a flow; `async_start` sends the first request."""
        self._hass = hass
        self._flow_id = flow_id
        self._returned = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._is_cancelled = False
        self.token: str | None = None
        self.problem: SignInProblem | None = None

    @property
    def is_done(self) -> bool:
        """Return whether the sign-in has ended, with a token or a problem."""
        return self.token is not None or self.problem is not None

    async def async_start(self) -> str:
        """Request a PIN, wait for its approval in the background, return the page's URL.

        Raises:
            PlexApiError: plex.tv did not issue a PIN.

        """
        client = await async_create_account_client(self._hass)
        pin = await client.create_pin()
        # The user may have closed the dialog during the request.
        if not self._is_cancelled:
            self._task = self._hass.async_create_background_task(
                self._async_wait_for_approval(client, pin), f"{DOMAIN} sign-in"
            )
            _async_get_sign_ins(self._hass)[self._flow_id] = self
        return client.approval_url(pin, self._forward_url())

    @callback
    def async_handle_return(self) -> None:
        """Limit the wait for the approval: the browser has left Plex's page."""
        self._returned.set()

    @callback
    def async_cancel(self) -> None:
        """Stop waiting for the approval."""
        self._is_cancelled = True
        _async_get_sign_ins(self._hass).pop(self._flow_id, None)
        if self._task is not None:
            self._task.cancel()

    def _forward_url(self) -> str | None:
        """Return the URL that Plex's page redirects to afterwards.

        None if the request has no `HA-Frontend-Base` header, as in the mobile apps: the
        page then stays open, and the flow continues nevertheless.
        """
        request = current_request.get()
        base = request.headers.get("HA-Frontend-Base") if request is not None else None
        if base is None:
            return None
        return str(URL(base).with_path(_CALLBACK_PATH).with_query(flow_id=self._flow_id))

    async def _async_wait_for_approval(self, client: PlexAccountClient, pin: Pin) -> None:
        """Wait until the PIN is approved or the wait times out, then advance the flow."""
        approval = asyncio.ensure_future(client.wait_for_approval(pin))
        timeout = asyncio.ensure_future(self._async_time_out_after_return())
        try:
            await asyncio.wait({approval, timeout}, return_when=asyncio.FIRST_COMPLETED)
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
            _LOGGER.exception("Unexpected exception during a sign-in")
            self.problem = SignInProblem.UNREACHABLE
        finally:
            for task in (approval, timeout):
                task.cancel()
        _async_get_sign_ins(self._hass).pop(self._flow_id, None)
        await self._hass.config_entries.flow.async_configure(self._flow_id)

    async def _async_time_out_after_return(self) -> None:
        """Return once the time for an approval after the browser's return is over."""
        await self._returned.wait()
        clock = async_get_shared(self._hass).rate_limiters.clock
        with suppress(TimeoutError):
            async with clock.timeout(_APPROVAL_TIMEOUT_AFTER_RETURN_SECONDS):
                await self._hass.loop.create_future()


_DATA_SIGN_INS: HassKey[dict[str, SignIn]] = HassKey(f"{DOMAIN}_sign_ins")


@callback
def _async_get_sign_ins(hass: HomeAssistant) -> dict[str, SignIn]:
    """Return the active sign-ins by flow id; the first call registers the callback view."""
    if _DATA_SIGN_INS not in hass.data:
        hass.data[_DATA_SIGN_INS] = {}
        hass.http.register_view(SignedInView())
    return hass.data[_DATA_SIGN_INS]


class SignedInView(HomeAssistantView):
    """Callback view for Plex's sign-in page; unauthenticated, so it reveals and changes nothing."""

    url = _CALLBACK_PATH
    name = "api:plex_pulse:signed_in"
    requires_auth = False

    async def get(self, request: web.Request) -> web.Response:
        """Notify the sign-in of a flow, if there is one, and close the window."""
        sign_in = _async_get_sign_ins(request.app[KEY_HASS]).get(request.query.get("flow_id", ""))
        if sign_in is not None:
            sign_in.async_handle_return()
        return web.Response(status=HTTPStatus.OK, text=_CLOSE_WINDOW_PAGE, content_type="text/html")
