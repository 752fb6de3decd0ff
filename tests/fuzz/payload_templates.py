"""Hand-written responses in the format of recorded ones, for mutation."""

from typing import Final

from tests.api.fixture_files import container
from tests.secrets import EMAIL, TOKEN

IDENTIFIER: Final = "9a8b7c6d5e4f30211203f4e5d6c7b8a99a8b7c6d"


_RECORDED: Final[dict[str, object]] = {
    name: {"MediaContainer": container(name)}
    for name in (
        "movies",
        "providers",
        "server_2020",
        "sessions_2022",
        "sessions_live_tv",
        "sessions_throttled",
    )
}
SERVER_PAYLOADS: Final[dict[str, object]] = _RECORDED | {
    "identity": {
        "MediaContainer": {
            "size": 0,
            "apiVersion": "1.2.2",
            "claimed": True,
            "machineIdentifier": IDENTIFIER,
            "version": "1.43.4.10903-e5521bd8c",
        }
    },
    "sections": {
        "MediaContainer": {
            "size": 1,
            "title1": "Plex Library",
            "Directory": [
                {
                    "key": "3",
                    "type": "show",
                    "title": "Serials",
                    "agent": "tv.plex.agents.series",
                    "uuid": "bbbbbbbb-1111-4222-8333-444444444444",
                    "refreshing": False,
                    "scannedAt": 1652390000,
                    "updatedAt": 1652391000,
                    "Location": [{"id": 3, "path": "/media/serials"}],
                }
            ],
        }
    },
    "search": {
        "MediaContainer": {
            "size": 1,
            "Hub": [
                {
                    "type": "movie",
                    "hubIdentifier": "movie",
                    "size": 1,
                    "Metadata": [
                        {
                            "ratingKey": "71",
                            "type": "movie",
                            "title": "The Folded Almanac",
                            "score": "0.87",
                            "librarySectionID": 1,
                        }
                    ],
                    "Directory": [
                        {"ratingKey": "80", "type": "show", "title": "Tides", "score": "0.5"}
                    ],
                }
            ],
        }
    },
    "history": {
        "MediaContainer": {
            "size": 2,
            "totalSize": 7000,
            "Metadata": [
                {
                    "historyKey": "/status/sessions/history/9",
                    "ratingKey": "71",
                    "librarySectionID": "1",
                    "title": "The Folded Almanac",
                    "type": "movie",
                    "viewedAt": 1652390000,
                    "accountID": 1,
                    "deviceID": 2,
                },
                {"historyKey": "/status/sessions/history/8", "title": "Gone", "type": "movie"},
            ],
        }
    },
    "accounts": {
        "MediaContainer": {
            "size": 2,
            "Account": [{"id": 0, "name": ""}, {"id": 1, "key": "/accounts/1", "name": "Keeper"}],
        }
    },
    "remote_access": {
        "MyPlex": {
            "username": EMAIL,
            "authToken": TOKEN,
            "mappingState": "mapped",
            "mappingError": "",
            "signInState": "ok",
            "publicAddress": "198.51.100.9",
        }
    },
    "resources": {
        "MediaContainer": {
            "size": 1,
            "StatisticsResources": [
                {
                    "timespan": 6,
                    "at": 1652390000,
                    "hostCpuUtilization": 12.5,
                    "processCpuUtilization": 3.25,
                    "hostMemoryUtilization": 48.1,
                    "processMemoryUtilization": 2.9,
                }
            ],
        }
    },
    "update": {
        "MediaContainer": {
            "size": 1,
            "canInstall": True,
            "checkedAt": 1652390000,
            "downloadURL": f"https://plex.example/download?X-Plex-Token={TOKEN}",
            "status": 0,
            "Release": [
                {
                    "version": "1.43.5.11000-abcdef012",
                    "added": "A feature\nAnother",
                    "fixed": "A fault",
                    "state": "available",
                }
            ],
        }
    },
}
"""Complete responses of a Media Server by name."""

ACCOUNT_PAYLOADS: Final[dict[str, object]] = {
    "pin": {
        "id": 1234567890,
        "code": "zx8cq2vw1bnm4kjh7gfd9sap0",
        "product": "Plex Pulse",
        "trusted": False,
        "location": {"code": "XX", "city": "Nowhere", "coordinates": "0.0, 0.0"},
        "expiresIn": 1800,
        "expiresAt": "2026-09-01T12:30:00Z",
        "authToken": TOKEN,
    },
    "user": {
        "id": 4711,
        "uuid": "0123456789abcdef",
        "username": "keeper",
        "friendlyName": "Keeper",
        "email": EMAIL,
        "subscription": {"active": True, "features": ["pass"]},
    },
    "servers": [
        {
            "name": "Harbour",
            "clientIdentifier": IDENTIFIER,
            "provides": "server",
            "accessToken": TOKEN,
            "owned": False,
            "sourceTitle": "Neighbour",
            "httpsRequired": True,
            "lastSeenAt": "2026-09-01T12:00:00Z",
            "connections": [
                {
                    "protocol": "https",
                    "address": "192.0.2.17",
                    "port": 32400,
                    "uri": "https://192-0-2-17.0123456789abcdef.plex.direct:32400",
                    "local": True,
                    "relay": False,
                }
            ],
        },
        {"name": "Television", "clientIdentifier": "tv", "provides": "client,player"},
    ],
}
"""Complete responses of plex.tv by name."""

ERROR_DOCUMENTS: Final[tuple[object, ...]] = (
    {"errors": [{"code": 1001, "message": "User could not be authenticated", "status": 401}]},
    {"Response": {"code": 503, "title": "Maintenance", "status": f"Starting for {EMAIL}"}},
    {"MediaContainer": {"code": "429", "status": f"Too many for X-Plex-Token={TOKEN}"}},
    {"error": f"no entry for {TOKEN}"},
)
ERROR_PAGES: Final[tuple[bytes, ...]] = (
    b"<html><head><title>Unauthorized</title></head><body><h1>401 Unauthorized</h1></body></html>",
    b'<?xml version="1.0"?><Response code="503" title="Maintenance" status="Starting"/>',
    b"<errors><error code='1001'>User could not be authenticated</error></errors>",
    f"<h1>404 for {EMAIL}</h1><p>/?X-Plex-Token={TOKEN}&amp;a=1</p>".encode(),
    f"Cannot set {TOKEN}: no such preference".encode(),
    b"<script>if (a < b) { c(); }</script><style>h1 > p {}</style><!-- <h1>no</h1> -->",
    b"",
)

PICTURE: Final = b"\x89PNG\r\n\x1a\n" + bytes(100)

DATAGRAM: Final = (
    b"HTTP/1.0 200 OK\r\nContent-Type: plex/media-server\r\n"
    b"Host: 0123456789abcdef.plex.direct\r\nName: Harbour\r\nPort: 32400\r\n"
    b"Resource-Identifier: 9a8b7c6d5e4f30211203f4e5d6c7b8a9\r\nUpdated-At: 1790000000\r\n"
    b"Version: 1.43.4.10903-e5521bd8c\r\n\r\n"
)
"""A Media Server's response to a GDM search."""
