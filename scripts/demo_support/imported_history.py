"""Whether the history of the server was imported."""

from typing import TypedDict, cast

from .client import HomeAssistantClient


class _Statistic(TypedDict):
    statistic_id: str
    source: str


async def has_imported_history(client: HomeAssistantClient) -> bool:
    """Return whether Home Assistant has all statistics of the history.

    The recorder writes them in their order; those of the past watch time are the last ones.
    """
    statistics = cast("list[_Statistic]", await client.command("recorder/list_statistic_ids"))
    return any(
        found["source"] == "plex_pulse" and "_watch_time_" in found["statistic_id"]
        for found in statistics
    )
