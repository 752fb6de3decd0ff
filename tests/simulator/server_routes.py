"""Server endpoints: identity, capabilities, preferences, activities."""

from aiohttp import web

from .access import Access
from .claiming import sign_in_tree
from .encode import Tree
from .errors import html_error
from .live_tv_routes import live_tv_provider
from .metadata import LIBRARY_IDENTIFIER
from .notifications import activity
from .sections import provider_directory, section_totals
from .state import Call, Route, ServerState

_FEATURES = "adaptive_bitrate,camera_upload,collections,home,server-manager,type-first"
_PASS_FEATURES = (
    "adaptive_bitrate,camera_upload,collections,dvr,hardware_transcoding,home,hwtranscode,livetv,"
    "lyrics,music-analysis,pass,premium_music_metadata,server-manager,session_bandwidth_restrictions,"
    "session_kick,sync,trailers,tuner-sharing,type-first,webhooks"
)
_ROOT_DIRECTORIES = (
    "activities",
    "butler",
    "clients",
    "devices",
    "hubs",
    "library",
    "livetv",
    "media",
    "playlists",
    "search",
    "statistics",
    "status",
    "transcode",
    "updater",
)
_PROVIDER_FEATURES: list[Tree] = [
    {"key": "/hubs/search", "type": "search"},
    {"key": "/library/metadata", "type": "metadata"},
    {"key": "/photo/:/transcode", "type": "imagetranscoder"},
    {"key": "/hubs/continueWatching", "type": "continuewatching"},
    {
        "key": "/actions",
        "type": "actions",
        "Action": [
            {"id": "removeFromContinueWatching", "key": "/actions/removeFromContinueWatching"}
        ],
    },
    {
        "scrobbleKey": "/:/scrobble",
        "unscrobbleKey": "/:/unscrobble",
        "key": "/:/timeline",
        "type": "timeline",
    },
    {"flavor": "universal", "key": "/playlists", "type": "playlist"},
    {"type": "manage"},
]


def _identity(call: Call) -> web.Response:
    state = call.state
    return call.answer(
        {
            "size": 0,
            "apiVersion": "1.2.3",
            "claimed": state.claimed,
            "machineIdentifier": state.machine_identifier,
            "version": state.version,
        }
    )


def _capabilities(state: ServerState) -> Tree:
    tree: Tree = {
        "allowCameraUpload": True,
        "allowChannelAccess": True,
        "allowSharing": True,
        "allowSync": state.plex_pass,
        "allowTuners": True,
        "backgroundProcessing": True,
        "certificate": True,
        "companionProxy": True,
        "diagnostics": "logs,databases,streaminglogs",
        "eventStream": True,
        "friendlyName": state.friendly_name,
        "hubSearch": True,
        "itemClusters": True,
        "livetv": 7,
        "machineIdentifier": state.machine_identifier,
        "musicAnalysis": 2,
        "mediaProviders": True,
        "multiuser": True,
        **sign_in_tree(state),
        "offlineTranscode": 1,
        "ownerFeatures": _PASS_FEATURES if state.plex_pass else _FEATURES,
        "photoAutoTag": True,
        "platform": "Linux",
        "platformVersion": "6.12.0",
        "pluginHost": True,
        "pushNotifications": False,
        "readOnlyLibraries": False,
        "requestParametersInCookie": True,
        "streamingBrainABRVersion": 3,
        "streamingBrainVersion": 2,
        "sync": True,
        "transcoderActiveVideoSessions": sum(
            1
            for session in state.sessions.current()
            if session.method == "transcode" and session.item.media
        ),
        "transcoderAudio": True,
        "transcoderLyrics": True,
        "transcoderPhoto": True,
        "transcoderSubtitles": True,
        "transcoderVideo": True,
        "transcoderVideoBitrates": "64,96,208,320,720,1500,2000,3000,4000,8000,10000,12000,20000",
        "transcoderVideoQualities": "0,1,2,3,4,5,6,7,8,9,10,11,12",
        "transcoderVideoResolutions": "128,128,160,240,320,480,768,720,720,1080,1080,1080,1080",
        "updatedAt": int(state.clock()),
        "updater": True,
        "version": state.version,
        "voiceSearch": True,
    }
    if state.preferences.get("allowMediaDeletion", True):
        tree["allowMediaDeletion"] = True
    if state.starting_plugins:
        tree |= {"startState": "startingPlugins", "updatedAt": -1}
    return tree


def _root(call: Call) -> web.Response:
    directories: list[Tree] = [
        {"count": 1, "key": name, "title": name} for name in _ROOT_DIRECTORIES
    ]
    return call.answer(
        {"size": len(directories), **_capabilities(call.state), "Directory": directories}
    )


def _providers(call: Call) -> web.Response:
    state = call.state
    with_storage = call.request.query.get("includeStorage") == "1"
    totals = section_totals(state.library) if with_storage else {}
    # The home screen is in the list too, without id and type.
    directories: list[Tree] = [{"hubKey": "/hubs", "title": "Home"}]
    directories += [
        provider_directory(section) | totals.get(section, {})
        for section in state.library.sections.values()
        if call.viewer.sees(section.key)
    ]
    content: Tree = {"key": "/library/sections", "type": "content", "Directory": directories}
    provider: Tree = {
        "identifier": LIBRARY_IDENTIFIER,
        "title": "Library",
        "types": "video,audio,photo",
        "protocols": "stream,download",
        "Feature": [content, *_PROVIDER_FEATURES],
    }
    providers = [provider]
    if state.has_live_tv:
        providers.append(live_tv_provider(state.friendly_name))
    about = {"size": len(providers), **_capabilities(state)}
    return call.answer({**about, "MediaProvider": providers})


def _activities(call: Call) -> web.Response:
    return call.answer({"size": len(call.state.activities), "Activity": call.state.activities})


def _cancel_activity(call: Call) -> web.Response:
    wanted = call.request.match_info["uuid"]
    found = next((it for it in call.state.activities if it["uuid"] == wanted), None)
    if found is None:
        return html_error(404)
    if not found["cancellable"]:
        return html_error(400)
    call.state.activities.remove(found)
    call.state.push.publish(activity("ended", found))
    return call.empty()


def _clients(call: Call) -> web.Response:
    # Lists only players that announce themselves by GDM, which hardly any does today.
    return call.answer({"size": 0, "Server": []})


ROUTES = (
    Route(path="/identity", handle=_identity, access=Access.ANYONE),
    Route(path="/", handle=_root),
    Route(path="/media/providers", handle=_providers),
    Route(path="/activities", handle=_activities),
    Route(
        path="/activities/{uuid}", handle=_cancel_activity, access=Access.ADMIN, methods=("DELETE",)
    ),
    Route(path="/clients", handle=_clients),
)
