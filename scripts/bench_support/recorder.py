"""A real recorder with a database in the configuration folder of Home Assistant."""

from typing import NamedTuple

from homeassistant.components import recorder
from homeassistant.components.recorder import Recorder
from homeassistant.components.recorder.db_schema import (
    States,
    StatesMeta,
    Statistics,
    StatisticsMeta,
    StatisticsShortTerm,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import (
    async_initialize_recorder,
    get_instance,
    session_scope,
)
from homeassistant.setup import async_setup_component
from sqlalchemy import func, select

from custom_components.plex_pulse.const import DOMAIN
from custom_components.plex_pulse.sensor.watch_time import WATCH_TIME


class RowCounts(NamedTuple):
    """Rows of Plex Pulse's entities: of states, and of short-term and hourly statistics."""

    states: int
    statistics: int
    """Without those of the watch time."""
    watch_time_statistics: int


async def start_recorder(hass: HomeAssistant) -> None:
    """Set the recorder up with its default configuration.

    Raises: RuntimeError when that fails.
    """
    async_initialize_recorder(hass)
    url = f"sqlite:///{hass.config.path('recorder.db')}"
    if not await async_setup_component(hass, recorder.DOMAIN, {recorder.DOMAIN: {"db_url": url}}):
        msg = "the recorder is not set up"
        raise RuntimeError(msg)
    await get_instance(hass).async_recorder_ready.wait()


async def count_rows(hass: HomeAssistant) -> RowCounts:
    """Return the number of rows written so far, after writing what is pending."""
    instance = get_instance(hass)
    await instance.async_block_till_done()
    entities = [entry for entry in er.async_get(hass).entities.values() if entry.platform == DOMAIN]
    entity_ids = {entry.entity_id for entry in entities}
    watch_time = {
        entry.entity_id
        for entry in entities
        if (entry.translation_key or "").startswith(WATCH_TIME.key)
    }
    return await instance.async_add_executor_job(_count_rows, instance, entity_ids, watch_time)


def _count_rows(instance: Recorder, entity_ids: set[str], watch_time: set[str]) -> RowCounts:
    """Return the number of rows of these entities, of which some have the watch time."""
    with session_scope(session=instance.get_session(), read_only=True) as session:
        states = session.execute(
            select(StatesMeta.entity_id, func.count())
            .join(States, States.metadata_id == StatesMeta.metadata_id)
            .group_by(StatesMeta.entity_id)
        ).all()
        statistics = [
            row
            for table in (Statistics, StatisticsShortTerm)
            for row in session.execute(
                select(StatisticsMeta.statistic_id, func.count())
                .join(table, table.metadata_id == StatisticsMeta.id)
                .group_by(StatisticsMeta.statistic_id)
            ).all()
        ]
    return RowCounts(
        states=sum(count for entity_id, count in states if entity_id in entity_ids),
        statistics=sum(
            count for entity_id, count in statistics if entity_id in entity_ids - watch_time
        ),
        watch_time_statistics=sum(
            count for entity_id, count in statistics if entity_id in watch_time
        ),
    )
