"""Who a Media Server is and what it can do."""

from dataclasses import dataclass
from typing import Final, Self

from .coerce import JsonObject, boolean, text

_NO_ACCOUNT: Final = "0"
_MAPPING_FAILURES: Final = frozenset({"unreachable", "publisherror"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerIdentity:
    """What `/identity` tells anybody, without a token.

    machine_identifier: names the server for ever. is_claimed: signed in to an account.
    """

    machine_identifier: str
    version: str | None
    is_claimed: bool | None

    @classmethod
    def parse(cls, fields: JsonObject) -> Self | None:
        """Return the identity, None for an answer that names no server."""
        if (machine_identifier := text(fields, "machineIdentifier")) is None:
            return None
        return cls(
            machine_identifier=machine_identifier,
            version=text(fields, "version"),
            is_claimed=boolean(fields, "claimed"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerInfo:
    """The attributes that `/` and `/media/providers` open with.

    has_plex_pass: of the owner; `ownerFeatures` names "pass" where the subscription
    flag lags behind. is_starting: plug-ins are still loading, lists may be short.
    """

    machine_identifier: str
    name: str
    version: str | None
    platform: str | None
    platform_version: str | None
    has_plex_pass: bool
    is_starting: bool

    @classmethod
    def parse(cls, fields: JsonObject) -> Self | None:
        """Return the server, None for an answer that names none."""
        if (machine_identifier := text(fields, "machineIdentifier")) is None:
            return None
        features = (text(fields, "ownerFeatures") or "").split(",")
        return cls(
            machine_identifier=machine_identifier,
            name=text(fields, "friendlyName") or "Plex Media Server",
            version=text(fields, "version"),
            platform=text(fields, "platform"),
            platform_version=text(fields, "platformVersion"),
            has_plex_pass=bool(boolean(fields, "myPlexSubscription")) or "pass" in features,
            is_starting=text(fields, "startState") is not None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAccount:
    """Somebody who may use the server. account_id: as `User.id`, "1" is the owner."""

    account_id: str
    name: str

    @classmethod
    def parse(cls, fields: JsonObject) -> Self | None:
        """Return the account, None for number 0, which stands for nobody."""
        account_id, name = text(fields, "id"), text(fields, "name")
        if account_id is None or account_id == _NO_ACCOUNT or name is None:
            return None
        return cls(account_id=account_id, name=name)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteAccess:
    """Whether the server is reachable from outside; None while it finds out.

    All else that `/myplex/account` tells is private: e-mail, addresses, even a token.
    """

    is_reachable: bool | None

    @classmethod
    def parse(cls, account: JsonObject) -> Self:
        """Return what the mapping of the port has come to, as Tautulli reads it."""
        match text(account, "mappingState"):
            case "mapped":
                return cls(is_reachable=text(account, "mappingError") not in _MAPPING_FAILURES)
            case None | "waiting":
                return cls(is_reachable=None)
            case _:
                return cls(is_reachable=False)
