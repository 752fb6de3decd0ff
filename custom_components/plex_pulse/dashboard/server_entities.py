"""The entities of a server that a user may see, found by unique id."""

from collections.abc import Iterator
from typing import Self

from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ..api import Record
from ..devices import library_identifier, user_identifier
from ..options import followed_users
from ..runtime_data import PlexPulseConfigEntry
from .servers import DashboardLibrary, libraries_of


class ServerEntities(Record):
    """A server with its libraries, followed users and entities.

    Entity ids by platform and unique id, so that renamed entities are found. Without the
    ones that are disabled, hidden, or not for this user.
    """

    entry: PlexPulseConfigEntry
    libraries: tuple[DashboardLibrary, ...]
    entity_ids: dict[tuple[str, str], str]

    @classmethod
    @callback
    def of(
        cls,
        hass: HomeAssistant,
        user: User,
        entry: PlexPulseConfigEntry,
        libraries: tuple[str, ...],
    ) -> Self:
        """Return the server, with the libraries of that id, key or title; none means all."""
        registry = er.async_get(hass)
        return cls(
            entry=entry,
            libraries=tuple(
                library
                for library in libraries_of(hass, entry)
                if not libraries or any(library.is_named(name) for name in libraries)
            ),
            entity_ids={
                (entity.domain, entity.unique_id): entity.entity_id
                for entity in er.async_entries_for_config_entry(registry, entry.entry_id)
                if entity.disabled_by is None
                and entity.hidden_by is None
                and user.permissions.check_entity(entity.entity_id, POLICY_READ)
            },
        )

    @property
    def entry_id(self) -> str:
        """Return the id of the config entry."""
        return self.entry.entry_id

    @property
    def title(self) -> str:
        """Return the name of the server."""
        return self.entry.title

    def find(self, platform: Platform, *keys: str) -> list[str]:
        """Return the server's entities of these keys, in the order of the keys."""
        return list(self._find(platform, str(self.entry.unique_id), keys))

    def find_of_library(
        self, library: DashboardLibrary, platform: Platform, *keys: str
    ) -> list[str]:
        """Return a library's entities of these keys, in the order of the keys."""
        identifier = library_identifier(str(self.entry.unique_id), library.id)
        return list(self._find(platform, identifier, keys))

    def followed(self) -> list[tuple[str, str]]:
        """Return entity id and name of each followed user that has an entity."""
        machine_identifier = str(self.entry.unique_id)
        return [
            (entity_id, name)
            for account_id, name in followed_users(self.entry.options).items()
            for entity_id in self._find(
                Platform.SENSOR, user_identifier(machine_identifier, account_id), ("now_playing",)
            )
        ]

    def _find(
        self, platform: Platform, device_identifier: str, keys: tuple[str, ...]
    ) -> Iterator[str]:
        """Yield the entities of a device."""
        for key in keys:
            entity_id = self.entity_ids.get((platform, f"{device_identifier}_{key}"))
            if entity_id is not None:
                yield entity_id
