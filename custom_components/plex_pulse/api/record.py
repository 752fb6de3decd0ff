"""Bases of the data classes: slotted, keyword-only, and cheap to define.

`dataclasses.dataclass` compiles the methods of each class when its module is imported. Records
share them, except the constructor, which is compiled for the first instance of a class. They
have defaults, `field(default_factory=..., repr=False)` and `__post_init__`, but no subclasses.
"""

from annotationlib import Format, call_annotate_function, get_annotate_from_class_namespace
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, field, fields, make_dataclass
from operator import attrgetter
from typing import Any, Never, dataclass_transform, override


class _RecordType(type):
    """Makes the annotated names of a class its fields and slots."""

    __slots__: tuple[str, ...]
    __dataclass_fields__: dict[str, Field[Any]]
    _defaults: dict[str, Any]
    """Default values and `field(...)` by name."""
    values_of: Callable[[object], object]
    """Returns the values of all fields of a record."""

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> _RecordType:
        """Create a class; a slot cannot have the name of a class variable, as defaults have."""
        if (annotate := get_annotate_from_class_namespace(namespace)) is not None:
            names = tuple(call_annotate_function(annotate, Format.FORWARDREF))
            namespace["__slots__"] = names
            namespace["_defaults"] = {key: namespace.pop(key) for key in names if key in namespace}
            namespace["values_of"] = attrgetter(*names)
        return super().__new__(cls, name, bases, namespace)


class _Fields:
    """The attribute that the functions of `dataclasses` read, made when they first do."""

    def __get__(self, record: object, cls: _RecordType) -> dict[str, Field[Any]]:
        """Return the fields of a class by name."""
        rows = [(name, Any, cls._defaults.get(name, field())) for name in cls.__slots__]
        described = make_dataclass(cls.__name__, rows, init=False, repr=False, eq=False)
        by_name = {item.name: item for item in fields(described)}
        cls.__dataclass_fields__ = by_name
        return by_name


class _RecordBase(metaclass=_RecordType):
    """What frozen and mutable records have in common."""

    __slots__ = ()
    __dataclass_fields__ = _Fields()

    def __init__(self, **values: object) -> None:
        """Put the constructor of the class in the place of this method, and call it."""
        cls = type(self)
        _compile_constructor(cls)
        cls.__init__(self, **values)

    @override
    def __repr__(self) -> str:
        """Return the fields, without those that are secret."""
        shown = ", ".join(
            f"{item.name}={getattr(self, item.name)!r}"
            for item in type(self).__dataclass_fields__.values()
            if item.repr
        )
        return f"{type(self).__qualname__}({shown})"


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
class Record(_RecordBase):
    """Base of frozen data classes; records of one class are equal if all their fields are."""

    __slots__ = ()

    @override
    def __setattr__(self, name: str, value: object) -> Never:
        """Refuse to change a field."""
        raise FrozenInstanceError(name)

    @override
    def __delattr__(self, name: str) -> Never:
        """Refuse to delete a field."""
        raise FrozenInstanceError(name)

    @override
    def __eq__(self, other: object) -> bool:
        """Return whether all fields are equal."""
        if self is other:
            return True
        if other.__class__ is not self.__class__:
            return NotImplemented
        values = type(self).values_of
        return bool(values(self) == values(other))

    @override
    def __hash__(self) -> int:
        """Return the hash of all fields."""
        return hash(type(self).values_of(self))


@dataclass_transform(kw_only_default=True, eq_default=False, field_specifiers=(field,))
class MutableRecord(_RecordBase):
    """Base of data classes that change; each instance equals only itself."""

    __slots__ = ()


def _compile_constructor(cls: _RecordType) -> None:
    """Give a class its `__init__`: it stores through the slots, which frozen records allow."""
    names = cls.__slots__
    lines = [f"def __init__(self, *, {', '.join(names)}):"]
    scope: dict[str, Any] = {"MISSING": MISSING}
    defaults = {}
    for name, default in cls._defaults.items():
        if not isinstance(default, Field):
            defaults[name] = default
        elif default.default_factory is not MISSING:
            defaults[name] = MISSING
            scope[f"make_{name}"] = default.default_factory
            lines.append(f" if {name} is MISSING: {name} = make_{name}()")
        elif default.default is not MISSING:
            defaults[name] = default.default
    for name in names:
        scope[f"set_{name}"] = getattr(cls, name).__set__
        lines.append(f" set_{name}(self, {name})")
    if hasattr(cls, "__post_init__"):
        lines.append(" self.__post_init__()")
    exec("\n".join(lines), scope)  # noqa: S102 - names of this project's source
    constructor = scope["__init__"]
    constructor.__kwdefaults__ = defaults
    type.__setattr__(cls, "__init__", constructor)
