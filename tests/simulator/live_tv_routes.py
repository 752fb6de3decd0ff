"""Live TV: its provider, its DVR and the programs that are tuned."""

from aiohttp import web

from .encode import Tree
from .metadata import item_tree
from .non_library_items import CHANNEL_NUMBER
from .session import Session
from .state import Call, Route

PROVIDER = "tv.plex.providers.epg.cloud:1"
_DVR_UUID = "811e2e8a-0000-4d1f-a26a-000000000001"


def live_tv_provider(friendly_name: str) -> Tree:
    """Return the second MediaProvider of a server with a tuner."""
    path = f"/{PROVIDER}"
    section: Tree = {
        "id": PROVIDER,
        "hubKey": f"{path}/hubs/discover",
        "title": "Live TV & DVR",
        "icon": "/:/resources/dvr.png",
        "Pivot": [
            {
                "id": "dvr.whatson",
                "key": f"{path}/hubs/discover",
                "type": "hub",
                "title": "What's On",
                "context": "content.dvr.discover",
                "symbol": "star",
            }
        ],
    }
    genre: Tree = {
        "key": f"{path}/lineups/dvr/channels?genre=genre_1",
        "title": "Movies",
        "genreRatingKey": "genre_1",
    }
    return {
        "id": 2,
        "parentID": 1,
        "identifier": PROVIDER,
        "providerIdentifier": "tv.plex.providers.epg.cloud",
        "title": "Live TV & DVR",
        "types": "video",
        "protocols": "livetv",
        "epgSource": "Gracenote",
        "friendlyName": friendly_name,
        "Feature": [
            {"key": f"{path}/sections", "type": "content", "Directory": [section]},
            {"key": f"{path}/hubs/search", "type": "search"},
            {"key": f"{path}/grid", "type": "grid", "GridChannelFilter": [genre]},
            {"flavor": "record", "type": "subscribe"},
        ],
    }


def _sessions(call: Call) -> web.Response:
    """Answer the tuned programs, with a TranscodeSession inside Media and without a user."""
    rows = [_tuned(session) for session in call.state.sessions.current() if session.live]
    return call.answer({"size": len(rows), "Metadata": rows})


def _tuned(session: Session) -> Tree:
    item = session.item
    identifier = f"live-tv-{session.session_key}"
    tree = item_tree(item) | {
        "key": f"/livetv/sessions/{identifier}",
        "live": True,
        "index": 105,
        "parentIndex": 49,
        "grandparentTitle": item.title,
        "grandparentThumb": f"https://metadata-static.plex.tv/{item.rating_key}.jpg",
    }
    for name in ("librarySectionID", "librarySectionKey", "librarySectionTitle"):
        del tree[name]
    media: Tree = {
        "id": item.rating_key,
        "width": 1920,
        "height": 1080,
        "aspectRatio": 1.78,
        "audioChannels": 6,
        "audioCodec": "ac3",
        "videoCodec": "mpeg2video",
        "videoResolution": "1080",
        "container": "mpegts",
        "origin": "livetv",
        "protocol": "hls",
        "uuid": identifier,
        "Part": [
            {
                "id": item.rating_key,
                "container": "mpegts",
                "deepAnalysisVersion": 4,
                "protocol": "hls",
                "Stream": _streams(item.rating_key),
            }
        ],
        "TranscodeSession": _tuner(session),
    }
    return tree | {"Media": [media]}


def _streams(number: int) -> list[Tree]:
    return [
        {
            "id": number * 10 + 1,
            "streamType": 1,
            "codec": "mpeg2video",
            "index": 0,
            "closedCaptions": True,
            "frameRate": 29.97,
            "height": 1080,
            "level": 4,
            "pixelAspectRatio": "1:1",
            "profile": "main",
            "scanType": "interlaced",
            "width": 1920,
            "displayTitle": "1080i (MPEG2VIDEO)",
            "extendedDisplayTitle": "1080i (MPEG2VIDEO)",
        },
        {
            "id": number * 10 + 2,
            "streamType": 2,
            "selected": True,
            "codec": "ac3",
            "index": 1,
            "channels": 6,
            "bitrate": 384,
            "audioChannelLayout": "5.1(side)",
            "requiredBandwidths": "384,384,384",
            "samplingRate": 48_000,
            "displayTitle": "Unknown (AC3 5.1)",
            "extendedDisplayTitle": "Unknown (AC3 5.1)",
        },
        {
            "id": number * 10 + 3,
            "streamType": 3,
            "codec": "eia_608",
            "index": 2,
            "embeddedInVideo": True,
            "displayTitle": "Unknown (Closed Captions)",
            "extendedDisplayTitle": "Unknown (Closed Captions)",
        },
    ]


def _tuner(session: Session) -> Tree:
    return {
        "key": f"/transcode/sessions/tuner-{session.session_key}",
        "throttled": False,
        "complete": False,
        "progress": -1,
        "size": -22,
        "speed": 0.7,
        "error": False,
        "duration": 7_200_000,
        "context": "static",
        "sourceVideoCodec": "",
        "sourceAudioCodec": "",
        "videoDecision": "copy",
        "audioDecision": "copy",
        "protocol": "hls",
        "container": "mpegts",
        "videoCodec": "*",
        "audioCodec": "*",
        "audioChannels": 2,
        "transcodeHwRequested": True,
        "transcodeHwFullPipeline": False,
        "timeStamp": round(session.since, 3),
        "maxOffsetAvailable": 314.76,
        "minOffsetAvailable": 0.0,
    }


def _dvrs(call: Call) -> web.Response:
    """Answer the DVR and its tuner; all values are strings."""
    if not call.state.has_live_tv:
        return call.answer({"size": 0, "Dvr": []})
    dvr: Tree = {
        "key": "1",
        "uuid": _DVR_UUID,
        "language": "eng",
        "lineup": "lineup://tv.plex.providers.epg.onconnect/ZZ-00000",
    }
    tuner: Tree = {
        "key": "2",
        "uuid": "device://tv.plex.grabbers.hdhomerun/00000000",
        "lastSeenAt": str(int(call.state.clock())),
        "make": "Silicondust",
        "model": "HDHomeRun EXTEND",
        "modelNumber": "HDTC-2US",
        "protocol": "livetv",
        "sources": "0,1",
        "state": "1",
        "status": "1",
        "tuners": "2",
        "uri": "http://192.0.2.42",
    }
    mapping: Tree = {
        "channelKey": "channel-1",
        "deviceIdentifier": CHANNEL_NUMBER,
        "enabled": "1",
        "lineupIdentifier": "001",
    }
    return call.answer({"size": 1, "Dvr": [dvr, tuner], "ChannelMapping": [mapping]})


ROUTES = (
    Route(path="/livetv/sessions", handle=_sessions),
    Route(path="/livetv/dvrs", handle=_dvrs),
)
