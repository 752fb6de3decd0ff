"""Take a server over: what the user confirms, then everything in one step."""

from collections.abc import Iterable, Mapping
import logging
from typing import Any, Final, Self

from homeassistant.config_entries import SOURCE_IGNORE, ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError

from ..api import Record
from ..connection.validation import ValidConnection
from ..const import DOMAIN
from ..dashboard.data import async_get_dashboard
from ..devices import async_server_device, library_identifier
from ..flow.markdown import escape_markdown
from ..runtime_data import PlexPulseConfigEntry
from .libraries import LibraryMatches, async_former_libraries, match_libraries
from .registries import async_rename_registries, rename_prefixes
from .stored_files import StoredFiles

_LOGGER = logging.getLogger(__name__)

_NOTHING: Final = "-"


class TakeOverFailedError(Exception):
    """The take-over failed; the entry is as it was before."""


class TakeOverPlan(Record):
    """A server whose token is valid, and that takes the place of the server of an entry.

    data: the data of the entry for the new server, see `ValidConnection`.
    """

    hass: HomeAssistant
    entry: PlexPulseConfigEntry
    machine_identifier: str
    name: str
    data: Mapping[str, Any]
    matches: LibraryMatches

    @classmethod
    @callback
    def create(
        cls,
        hass: HomeAssistant,
        entry: PlexPulseConfigEntry,
        connection: ValidConnection,
        data: Mapping[str, Any],
    ) -> Self:
        """Return the plan for a connection that works; nothing is changed yet."""
        return cls(
            hass=hass,
            entry=entry,
            machine_identifier=connection.server.machine_identifier,
            name=connection.server.name,
            data=data,
            matches=match_libraries(async_former_libraries(hass, entry), connection.libraries),
        )

    @property
    def placeholders(self) -> dict[str, str]:
        """Return what the user confirms: both servers, and what happens to the libraries.

        Only the title may contain {name}: the description is rendered as Markdown.
        """
        return {
            "name": self.name,
            "old": escape_markdown(self.entry.title),
            "new": escape_markdown(self.name),
            "kept": _listed(library.title for library in self.matches.kept.values()),
            "removed": _listed(library.title for library in self.matches.removed),
            "added": _listed(library.title for library in self.matches.added),
        }

    async def async_run(self) -> None:
        """Unload the entry, rename everything, and load it again.

        Raises:
            TakeOverFailedError: something could not be changed; then nothing is.

        """
        entries = self.hass.config_entries
        files = StoredFiles(hass=self.hass, entry=self.entry)
        try:
            if self.entry.state is not ConfigEntryState.NOT_LOADED and (
                not await entries.async_unload(self.entry.entry_id)
            ):
                raise TakeOverFailedError
            try:
                await files.async_change(self.matches.kept)
                self._async_rename()
            except Exception as err:
                _LOGGER.exception("%s could not be taken over", self.entry.title)
                await files.async_restore()
                raise TakeOverFailedError from err
        except HomeAssistantError as err:
            raise TakeOverFailedError from err
        finally:
            entries.async_schedule_reload(self.entry.entry_id)
        await self._async_remove_ignored()

    @callback
    def _async_rename(self) -> None:
        """Rename devices, entities and the entry without giving way to anything else."""
        old, new = str(self.entry.unique_id), self.machine_identifier
        prefixes = {old: new} | {
            library_identifier(old, uuid): library_identifier(new, library.uuid)
            for uuid, library in self.matches.kept.items()
        }
        # A title that the user has changed stays.
        device = async_server_device(self.hass, self.entry)
        is_default = device is not None and device.name == self.entry.title
        revert = async_rename_registries(self.hass, self.entry, rename_prefixes(prefixes))
        try:
            self.hass.config_entries.async_update_entry(
                self.entry,
                unique_id=new,
                title=self.name if is_default else self.entry.title,
                data=self.data,
            )
        except Exception:
            revert()
            raise
        async_get_dashboard(self.hass).slots.async_rename(old, new)

    async def _async_remove_ignored(self) -> None:
        """Remove what Home Assistant still shows or ignores as a discovered server."""
        entries = self.hass.config_entries
        for entry in entries.async_entries(DOMAIN, include_ignore=True):
            if entry.source == SOURCE_IGNORE and entry.unique_id == self.machine_identifier:
                await entries.async_remove(entry.entry_id)
        for flow in entries.flow.async_progress_by_handler(
            DOMAIN, match_context={"unique_id": self.machine_identifier}
        ):
            entries.flow.async_abort(flow["flow_id"])


def _listed(titles: Iterable[str]) -> str:
    """Return titles as Markdown."""
    return ", ".join(map(escape_markdown, titles)) or _NOTHING
