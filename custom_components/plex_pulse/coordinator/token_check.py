"""Refused tokens: count the refusals, confirm them, and end a reauth flow that is obsolete."""

import logging
from typing import Final

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant, callback

from ..api import PlexApiError, PlexErrorKind, PlexErrorReason, PlexServerClient
from ..shared_state import async_get_shared

_LOGGER = logging.getLogger(__name__)

_REFUSALS_BEFORE_REAUTH: Final = 2
"""Refused polls in a row; a server that cannot reach plex.tv refuses valid tokens for a while."""


class TokenCheck:
    """Decides whether the token of an entry is revoked, from the failures of one poll.

    The count is kept in the shared state, because set-up retries create new coordinators.
    """

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, client: PlexServerClient, poll: str
    ) -> None:
        """Count the refusals of the poll named `poll`."""
        self._hass = hass
        self._entry = entry
        self._client = client
        self._key = (entry.entry_id, poll)
        self._refusals = async_get_shared(hass).refusals

    @property
    def is_revoked(self) -> bool:
        """Return whether the refusal of the token is confirmed."""
        return self._refusals.get(self._key, 0) >= _REFUSALS_BEFORE_REAUTH

    async def async_confirm(self, failure: PlexApiError) -> PlexApiError:
        """Return the failure to report, and count it if it is a refusal of the token.

        A refusal counts only if the server then proves its identity: another server at the
        address refuses the token with good reason, and an unhealthy one by mistake.
        """
        if failure.kind is not PlexErrorKind.AUTHENTICATION:
            self._reset()
            return failure
        try:
            await self._client.verify_identity(str(self._entry.unique_id))
        except PlexApiError as err:
            self._reset()
            return err if err.reason is PlexErrorReason.WRONG_SERVER else failure
        was_revoked = self.is_revoked
        self._refusals[self._key] = self._refusals.get(self._key, 0) + 1
        if self.is_revoked and not was_revoked:
            self._log()
        return failure

    def _log(self) -> None:
        """Log that signing in is needed; during set-up Home Assistant itself logs it."""
        if self._entry.state is ConfigEntryState.LOADED:
            _LOGGER.warning("%s refuses the token: signing in is needed", self._entry.title)

    @callback
    def async_accepted(self) -> None:
        """Forget the refusals and close a pending reauth flow: the token works again."""
        self._reset()
        for flow in list(self._entry.async_get_active_flows(self._hass, {SOURCE_REAUTH})):
            self._hass.config_entries.flow.async_abort(flow["flow_id"])

    def _reset(self) -> None:
        """Forget the refusals."""
        self._refusals.pop(self._key, None)
