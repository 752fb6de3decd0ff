"""Model of the load of a Media Server and its host."""

from typing import Self

from ..record import Record
from .coerce import JsonObject, children, integer, non_negative_float


class ServerResources(Record):
    """The newest sample, in percent; None if the server has none yet."""

    host_cpu: float | None
    """Of the whole host."""
    process_cpu: float | None
    """Of the Media Server with its transcoders."""
    host_memory: float | None
    """Of the whole host."""
    process_memory: float | None
    """Of the Media Server with its transcoders."""

    @classmethod
    def parse(cls, container: JsonObject) -> Self:
        """Return the newest sample; samples are about 5 s apart."""
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
