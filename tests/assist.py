"""What Assist and its language model get from Plex Pulse."""

from typing import Any

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import entity_registry as er, llm
from homeassistant.setup import async_setup_component

from custom_components.plex_pulse.const import DOMAIN

PREFIX = f"{DOMAIN}__"


async def expose(hass: HomeAssistant, *entity_ids: str, should_expose: bool = True) -> None:
    """Expose entities to Assist, or stop that, as the voice assistants' page does."""
    assert await async_setup_component(hass, "homeassistant", {})
    for entity_id in entity_ids:
        async_expose_entity(hass, "conversation", entity_id, should_expose)


async def expose_servers(hass: HomeAssistant) -> None:
    """Expose `active_streams` of every server to Assist."""
    registry = er.async_get(hass)
    for entry in hass.config_entries.async_entries(DOMAIN):
        entity_id = registry.async_get_entity_id(
            "sensor", DOMAIN, f"{entry.unique_id}_active_streams"
        )
        assert entity_id is not None
        await expose(hass, entity_id)


async def assist_api(hass: HomeAssistant) -> llm.APIInstance:
    """Return what a conversation agent works with."""
    assert await async_setup_component(hass, "homeassistant", {})
    assert await async_setup_component(hass, "llm", {})
    await hass.async_block_till_done()
    context = llm.LLMContext(
        platform="test",
        context=Context(),
        language="en",
        assistant="conversation",
        device_id=None,
    )
    return await llm.async_get_api(hass, llm.LLM_API_ASSIST, context)


async def assist_tools(hass: HomeAssistant) -> dict[str, llm.Tool]:
    """Return the tools of Plex Pulse by action."""
    tools = (await assist_api(hass)).tools
    return {tool.name.removeprefix(PREFIX): tool for tool in tools if tool.name.startswith(PREFIX)}


async def call_tool(hass: HomeAssistant, action: str, **arguments: object) -> llm.ToolResult:
    """Return the result that a model gets from a tool."""
    return await (await assist_api(hass)).async_call_tool(
        llm.ToolInput(tool_name=f"{PREFIX}{action}", tool_args=arguments)
    )


async def server_results(
    hass: HomeAssistant, action: str, **arguments: object
) -> list[dict[str, Any]]:
    """Return the result of each server; at least one has succeeded."""
    result = await call_tool(hass, action, **arguments)
    assert not result.error
    servers = result.data["servers"]
    assert isinstance(servers, list)
    return [server for server in servers if isinstance(server, dict)]
