"""Memory of the dashboard is bounded."""

from typing import Any

from homeassistant.core import HomeAssistant

from custom_components.plex_pulse.dashboard.image_ids import ImageIds, image_key
from custom_components.plex_pulse.dashboard.user_slots import UserSlots


def test_image_ids_are_opaque_stable_and_bounded() -> None:
    images = ImageIds(image_key("instance", "entry"))
    first = images.id_of("/library/metadata/1/thumb/1")
    assert first is not None
    assert "library" not in first
    assert first == ImageIds(image_key("instance", "entry")).id_of("/library/metadata/1/thumb/1")
    assert first != ImageIds(image_key("other", "entry")).id_of("/library/metadata/1/thumb/1")
    second = images.id_of("/library/metadata/1/thumb/2")
    assert second is not None
    assert second != first
    for number in range(4_999):
        # An id that is in use stays.
        assert images.id_of("/library/metadata/1/thumb/1") == first
        images.id_of(f"/library/metadata/{number}/art/1")
    assert images.path_of(first) == "/library/metadata/1/thumb/1"
    assert images.path_of(second) is None


async def test_slots_are_distinct_for_twelve_users_and_kept(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    slots = UserSlots(hass)
    await slots.async_load()
    assigned = {str(user): slots.slot_of("server", str(user)) for user in range(400)}
    assert list(assigned.values())[:12] == list(range(1, 13))
    assert set(assigned.values()) <= set(range(1, 13))
    assert slots.slot_of("other server", "399") == 1
    await hass.async_stop(force=True)

    stored = hass_storage["plex_pulse.user_slots"]["data"]
    assert len(stored["server"]) == 200
    again = UserSlots(hass)
    await again.async_load()
    assert again.slot_of("server", "5") == assigned["5"]
    again.async_remove("server")
    assert again.slot_of("server", "5") == 1
