"""Refused tokens: confirm a refusal, and end a reauth flow that is obsolete."""

import logging
from typing import Final

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant, callback

from ..api import PlexApiError, PlexErrorKind, PlexErrorReason, PlexServerClient
from ..shared_state import async_get_shared

_LOGGER = logging.getLogger(__name__)

_MIN_REFUSED_SECONDS: Final = 10.0
"""How long a token must be refused; a server that cannot reach plex.tv refuses valid tokens
for a while."""


class TokenCheck:
    """Decides whether the token of an entry is revoked, from the failures of one poll.

    A refusal is confirmed by a second one, at least ten seconds after the first. The time of
    the first is kept in the shared state, because set-up retries create new coordinators.
    """

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, client: PlexServerClient, poll: str
    ) -> None:
        """Check the refusals of the poll named `poll`."""
        self._hass = hass
        self._entry = entry
        self._client = client
        self._key = (entry.entry_id, poll)
        shared = async_get_shared(hass)
        self._clock = shared.rate_limiters.clock
        self._refused_since = shared.refused_since
        self.is_revoked = False
        """Whether the refusal of the token is confirmed."""

    async def async_confirm(self, failure: PlexApiError) -> PlexApiError:
        """Return the failure to report, and remember when the token was first refused.

        A refusal counts only if the server then proves its identity: another server at the
        address refuses the token with good reason, and an unhealthy one by mistake.
        """
        if failure.kind is not PlexErrorKind.AUTHENTICATION or not failure.attempts:
            # Without a request it is the failure of an outage, which the liveness check repeats.
            self._reset()
            return failure
        try:
            await self._client.verify_identity(str(self._entry.unique_id))
        except PlexApiError as err:
            self._reset()
            return err if err.reason is PlexErrorReason.WRONG_SERVER else failure
        now = self._clock.monotonic()
        first = self._refused_since.setdefault(self._key, now)
        if not self.is_revoked and now - first >= _MIN_REFUSED_SECONDS:
            self.is_revoked = True
            # During set-up Home Assistant itself logs it.
            if self._entry.state is ConfigEntryState.LOADED:
                _LOGGER.warning("%s refuses the token: signing in is needed", self._entry.title)
        return failure

    @callback
    def async_accepted(self) -> None:
        """Forget the refusals and close a pending reauth flow: the token works again."""
        self._reset()
        for flow in list(self._entry.async_get_active_flows(self._hass, {SOURCE_REAUTH})):
            self._hass.config_entries.flow.async_abort(flow["flow_id"])

    def _reset(self) -> None:
        """Forget the refusals."""
        self._refused_since.pop(self._key, None)
        self.is_revoked = False
