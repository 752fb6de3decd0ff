"""Objects in the lists of the simulated plex.tv: resources, devices, details of an account."""

from datetime import datetime
import hashlib
from typing import cast

from .encode import Scalar, Tree

_CREATED = "2024-02-01T18:00:00Z"
# An address reserved for documentation (RFC 5737).
_PUBLIC_ADDRESS = "203.0.113.7"
_FEATURES = ("hardware_transcoding", "premium_music_metadata", "sync", "webhooks")
_ENTITLEMENTS = ("android", "ios", "roku", "windows", "windows_phone", "xbox_360", "xbox_one")


def account_details() -> dict[str, object]:
    """Return the fields of /api/v2/user that are the same for every account."""
    return {
        "locale": "",
        "confirmed": True,
        "joinedAt": 1_500_000_000,
        "emailOnlyAuth": False,
        "hasPassword": True,
        "protected": False,
        "mailingListStatus": "unsubscribed",
        "mailingListActive": False,
        "scrobbleTypes": "",
        "country": "ZZ",
        "subscription": {
            "active": True,
            "subscribedAt": "2024-02-01 18:00:00 UTC",
            "status": "Active",
            "paymentService": "",
            "plan": "lifetime",
            "features": list(_FEATURES),
        },
        "subscriptionDescription": "Lifetime Plex Pass",
        "restricted": False,
        "anonymous": False,
        "home": False,
        "guest": False,
        "homeSize": 1,
        "homeAdmin": False,
        "maxHomeSize": 15,
        "rememberExpiresAt": 1_900_000_000,
        "profile": {
            "autoSelectAudio": True,
            "defaultAudioLanguage": "en",
            "defaultSubtitleLanguage": "en",
            "autoSelectSubtitle": 0,
            "defaultSubtitleAccessibility": 0,
            "defaultSubtitleForced": 0,
        },
        "entitlements": list(_ENTITLEMENTS),
        "roles": ["plexpass"],
        "experimentalFeatures": False,
        "twoFactorEnabled": False,
        "backupCodesCreated": False,
    }


def device_tree(resource: dict[str, object]) -> Tree:
    """Return the Device of version 1 for a resource."""
    names = (
        *("name", "product", "productVersion", "platform", "platformVersion", "device"),
        *("provides", "clientIdentifier", "publicAddress"),
    )
    tree: Tree = {name: cast("Scalar", resource[name]) for name in names}
    connections = cast("list[dict[str, str]]", resource["connections"])
    tree |= {"id": 1, "version": "", "token": "", "createdAt": 1_700_000_000}
    tree["Connection"] = [{"uri": connection["uri"]} for connection in connections]
    return tree


def resource_device_tree(resource: dict[str, object]) -> Tree:
    """Return the Device of /api/resources: the same values, with connections as elements."""
    tree: Tree = {
        name: "" if value is None else cast("Scalar", value)
        for name, value in resource.items()
        if not isinstance(value, list)
    }
    tree["Connection"] = [
        {name: value for name, value in connection.items() if name != "IPv6"}
        for connection in cast("list[Tree]", resource["connections"])
    ]
    return tree


def resource_tree(
    *, name: str, product: str, identifier: str, provides: str, seen: datetime
) -> dict[str, object]:
    """Return a resource without connections and access token."""
    return {
        "name": name,
        "product": product,
        "productVersion": "1.43.4.10903-e5521bd8c",
        "platform": "Linux",
        "platformVersion": "6.12",
        "device": "PC",
        "clientIdentifier": identifier,
        "createdAt": _CREATED,
        "lastSeenAt": f"{seen:%Y-%m-%dT%H:%M:%SZ}",
        "provides": provides,
        "ownerId": None,
        "sourceTitle": None,
        "publicAddress": _PUBLIC_ADDRESS,
        "accessToken": None,
        "owned": True,
        "home": False,
        "synced": False,
        "relay": False,
        "presence": True,
        "httpsRequired": False,
        "publicAddressMatches": True,
        "dnsRebindingProtection": False,
        "natLoopbackSupported": True,
        "connections": [],
    }


def player_tree(name: str, seen: datetime) -> dict[str, object]:
    """Return a player among the resources."""
    return resource_tree(
        name=name,
        product="Plex for Android (TV)",
        identifier=hashlib.md5(name.encode(), usedforsecurity=False).hexdigest(),
        provides="client,player,pubsub-player",
        seen=seen,
    )
