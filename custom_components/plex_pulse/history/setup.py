"""Start the import of an entry, and find it."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..runtime_data import PlexPulseConfigEntry
from .importer import HistoryImporter
from .storage import HistoryStore

DATA_HISTORY: HassKey[dict[str, HistoryImporter]] = HassKey(f"{DOMAIN}_history")
_RECORDER = "recorder"


@callback
def async_start_history(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> None:
    """Start the import of a loaded entry; nothing without the recorder."""
    if not has_recorder(hass):
        return
    # Without the recorder its requirements may not be installed, so it is not imported then.
    from .recorder_statistics import StatisticsWriter  # noqa: PLC0415

    importers = hass.data.setdefault(DATA_HISTORY, {})
    importer = importers[entry.entry_id] = HistoryImporter(hass, entry, StatisticsWriter(hass))

    @callback
    def remove() -> None:
        """Remove the import of the entry, which ends with it."""
        importers.pop(entry.entry_id, None)

    entry.async_on_unload(remove)
    importer.async_start()


@callback
def has_recorder(hass: HomeAssistant) -> bool:
    """Return whether the recorder is loaded."""
    return _RECORDER in hass.config.components


@callback
def async_get_importer(hass: HomeAssistant, entry_id: str) -> HistoryImporter | None:
    """Return the import of an entry, None without the recorder or while it is not loaded."""
    return hass.data.get(DATA_HISTORY, {}).get(entry_id)


async def async_remove_history(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> None:
    """Delete what is kept of a removed entry; its statistics stay."""
    await HistoryStore(hass, entry.entry_id).async_remove()
