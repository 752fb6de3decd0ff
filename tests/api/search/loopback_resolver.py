"""A resolver that maps names to 127.0.0.1 without DNS."""

from collections.abc import Collection
import socket
from typing import override

from aiohttp.abc import AbstractResolver, ResolveResult


class LoopbackResolver(AbstractResolver):
    """Resolve every name to 127.0.0.1, except names that a router would refuse."""

    def __init__(self, *, refused: Collection[str] = ()) -> None:
        """Take the suffixes of the names to refuse."""
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
        """Do nothing: there are no resources to close."""
