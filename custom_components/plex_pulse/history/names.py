"""Names of the users and players that the history refers to by number."""

from ..api import PlexApiError, PlexServerClient
from ..coordinator.features import unavailable_reason
from ..streams.attributes import display_name
from .play_log import PlayLog
from .reader import HistoryReader


class HistoryNames:
    """Names by account id and device id; read again when the history names unknown ones.

    There are none with the token of a shared user.
    """

    def __init__(self, client: PlexServerClient) -> None:
        """Initialize without names."""
        self._client = client
        self._read_for: tuple[int, int] | None = None
        self.users: dict[str, str] = {}
        self.players: dict[str, str] = {}

    async def async_update(self, log: PlayLog, reader: HistoryReader) -> None:
        """Read the names if users or devices were added to the log.

        Raises:
            PlexApiError: a request failed, and not because the token may not read them.

        """
        known = (len(log.accounts.names), len(log.devices.names))
        if known == self._read_for:
            return
        try:
            await reader.async_pace()
            accounts = await self._client.get_accounts()
            self.users = {
                account.account_id: name
                for account in accounts
                if (name := display_name(account.name)) is not None
            }
            await reader.async_pace()
            self.players = await self._client.get_device_names()
        except PlexApiError as err:
            if unavailable_reason(err) is None:
                raise
        self._read_for = known
