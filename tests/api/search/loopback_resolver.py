"""Names that need no DNS, for sessions that take them to 127.0.0.1."""

from collections.abc import Collection
import socket
from typing import override

from aiohttp.abc import AbstractResolver, ResolveResult


class LoopbackResolver(AbstractResolver):
    """Lead every name to 127.0.0.1, but for those a router refuses to resolve."""

    def __init__(self, *, refused: Collection[str] = ()) -> None:
        """Know which names are refused, by their ends."""
        self.refused = tuple(refused)

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Resolve a name."""
        if host.endswith(self.refused):
            raise OSError(-2, "Name or service not known")
        return [
            ResolveResult(
                hostname=host,
                host="127.0.0.1",
                port=port,
                family=socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    @override
    async def close(self) -> None:
        """Have nothing to close."""
