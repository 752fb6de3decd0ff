"""Run python-plexapi's own tests against the simulator and count what passes.

They run twice: with an account against a claimed server, and anonymously against an unclaimed one.

The package on PyPI comes without its tests, so they are taken from a folder or downloaded at
the pinned commit.
"""

import asyncio
from collections import Counter
from contextlib import ExitStack
import os
from pathlib import Path
import sys
import tempfile
import time
from typing import Final
from xml.etree import ElementTree as ET

from tests.simulator import Friend, Kind, PlexSimulator, PlexTvSimulator
from tests.simulator.autoplay import run
from tests.simulator.users_and_players import JUNIPER

from .exclusions import EXCLUSIONS
from .suite_library import populate_for_suite

_REPOSITORY: Final = "https://github.com/pushingkarmaorg/python-plexapi"
_COMMIT: Final = "4ffb295"
_ACCOUNT_TOKEN: Final = "account-token"  # noqa: S105 - of the simulated account
_PLUGINS: Final = ("pytest_mock", "pytest_timeout", "requests_mock.contrib._pytest_plugin")
_REQUIRED: Final = 230
# Tests of the server and of plex.tv; the others (utilities, sync, documentation) need neither.
_FILES: Final = (
    *("server", "library", "history", "settings", "gdm", "myplex", "audio", "video", "photo"),
    *("playlist", "playqueue", "collection"),
)
# All tests of these files that are not excluded must pass.
_COMPLETE: Final = ("server", "library", "history", "settings", "playlist", "playqueue")


async def run_suite(folder: Path | None) -> bool:
    """Run the suite and return whether enough passes; prints what failed."""
    with ExitStack() as stack:
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            if not await _download(folder):
                return False
        reports = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        verdicts = []
        for is_claimed in (True, False):
            print("With an account:" if is_claimed else "Anonymously:")
            report = reports / f"{is_claimed}.xml"
            await _run(folder.resolve(), report, is_claimed=is_claimed)
            verdicts.append(report.exists() and _judge(report))
        return all(verdicts)


async def _download(folder: Path) -> bool:
    print(f"Downloading {_REPOSITORY} at {_COMMIT}")
    for arguments in (
        ("clone", "--quiet", "--filter=blob:none", _REPOSITORY, str(folder)),
        ("-C", str(folder), "checkout", "--quiet", _COMMIT),
    ):
        process = await asyncio.create_subprocess_exec("git", *arguments)
        if await process.wait():
            print("The download failed: give a checkout as an argument instead")
            return False
    return True


async def _run(folder: Path, report: Path, *, is_claimed: bool) -> None:
    simulator = PlexSimulator("server-token", scenario="empty", claimed=is_claimed)
    populate_for_suite(simulator.library, time.time())
    async with simulator, PlexTvSimulator() as plextv:
        _share(plextv, simulator)
        # Statistics list bandwidth while something plays.
        simulator.sessions.start(simulator.library.of_kind(Kind.MOVIE)[0])
        playing = asyncio.create_task(run(simulator))
        settings = {
            "PLEXAPI_AUTH_SERVER_BASEURL": simulator.url,
            "PLEXAPI_AUTH_SERVER_TOKEN": _ACCOUNT_TOKEN if is_claimed else "",
            "JUDGE_PLEX_TV": plextv.url,
        }
        try:
            await _pytest(folder, report, settings)
        finally:
            playing.cancel()


def _share(plextv: PlexTvSimulator, simulator: PlexSimulator) -> None:
    """Let the account own the server and share it with a friend."""
    plextv.add_account("owner", _ACCOUNT_TOKEN)
    plextv.claim("owner", simulator, "server-token")
    plextv.add_player("owner", "Living room")
    sections = simulator.library.sections.values()
    simulator.add_shared_token("juniper-token", [section.key for section in sections])
    plextv.add_friend(
        "owner",
        Friend(
            id=JUNIPER.id,
            name=JUNIPER.name,
            access_token="juniper-token",  # noqa: S106 - of a simulated user
            sections=tuple(section.key for section in sections),
            section_titles=tuple(section.title for section in sections),
        ),
    )


async def _pytest(folder: Path, report: Path, settings: dict[str, str]) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pytest", "-p", "scripts.judges_support.reroute"),
        *("-q", "--tb=line", "--timeout=60", "-p", "no:cacheprovider", f"--junitxml={report}"),
        *(f"-p{plugin}" for plugin in _PLUGINS),
        *("--rootdir", str(folder)),
        *(f"tests/test_{name}.py" for name in _FILES),
        cwd=folder,
        env=os.environ
        | settings
        | {
            "SHARED_USERNAME": JUNIPER.name,
            "JUDGE_EXCLUDED": " ".join(EXCLUSIONS),
            # Home Assistant's plugin would forbid sockets.
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTHONPATH": os.pathsep.join((str(folder), str(Path(__file__).parents[2]))),
        },
        stdout=asyncio.subprocess.DEVNULL,
    )
    await process.wait()


def _judge(report: Path) -> bool:
    """Print the figures of a JUnit report and return whether they suffice."""
    passed: Counter[str] = Counter()
    failed: dict[str, str] = {}
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - pytest has just written it
        file = case.get("classname", "").rpartition("test_")[2]
        problem = next((child for child in case if child.tag in {"failure", "error"}), None)
        if problem is not None:
            failed[f"{file}: {case.get('name')}"] = problem.get("message", "")[:160]
        elif case.find("skipped") is None:
            passed[file] += 1
    for name, message in failed.items():
        print(f"  {name}: {message}")
    print(
        f"{passed.total()} passed, {len(failed)} failed, {len(EXCLUSIONS)} excluded: {dict(passed)}"
    )
    incomplete = {name.partition(":")[0] for name in failed} & set(_COMPLETE)
    if incomplete:
        print(f"These must pass whole: {', '.join(sorted(incomplete))}")
    return passed.total() >= _REQUIRED and not incomplete
