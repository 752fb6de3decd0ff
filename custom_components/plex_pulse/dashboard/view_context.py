"""What the builders of all views work with."""

from collections.abc import Mapping

from ..api import Record
from ..history.view import ServerHistory
from .server_entities import ServerEntities


class ViewContext(Record):
    """Servers to show, and the texts in the language of the user.

    chosen_servers: entry ids if the user chose servers; empty for all, so that cards also
    show servers that are added later. histories: statistics by entry id, where there are any.
    """

    servers: tuple[ServerEntities, ...]
    chosen_servers: tuple[str, ...]
    has_chosen_libraries: bool
    texts: Mapping[str, str]
    histories: Mapping[str, ServerHistory]

    def text(self, key: str) -> str:
        """Return a text, the key itself for one without translation."""
        return self.texts.get(key, key)

    def titled(self, text: str, server: ServerEntities) -> str:
        """Return a title that names the server if there are several."""
        return text if len(self.servers) == 1 else f"{text} · {server.title}"

    def name_of(self, server: ServerEntities) -> str | None:
        """Return a name for an entity that stands for its server, None for its own name."""
        return None if len(self.servers) == 1 else server.title
