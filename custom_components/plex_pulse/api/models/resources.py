"""How much of its host a Media Server uses."""

from dataclasses import dataclass
from typing import Self

from .coerce import JsonObject, children, integer, non_negative_float


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerResources:
    """The newest sample, in percent; None where the server has none yet.

    host: the machine. process: the Media Server with its transcoders.
    """

    host_cpu: float | None
    process_cpu: float | None
    host_memory: float | None
    process_memory: float | None

    @classmethod
    def parse(cls, container: JsonObject) -> Self:
        """Return the newest of the samples, which are some 5 s apart."""
        newest = max(
            children(container, "StatisticsResources"),
            key=lambda sample: integer(sample, "at") or 0,
            default={},
        )
        return cls(
            host_cpu=non_negative_float(newest, "hostCpuUtilization"),
            process_cpu=non_negative_float(newest, "processCpuUtilization"),
            host_memory=non_negative_float(newest, "hostMemoryUtilization"),
            process_memory=non_negative_float(newest, "processMemoryUtilization"),
        )
