"""The evening scenario."""

import aiohttp

from tests.simulator import PlexSimulator

from .helpers import FakeClock, read_sessions


async def test_evening_begins_with_six_sessions_of_four_users(
    evening: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    items = await read_sessions(session, evening)
    assert len(items) == 6
    assert {item["User"]["title"] for item in items} == {"marlow", "juniper", "kestrel", "tansy"}
    assert [item["sessionKey"] for item in items] == ["1", "2", "3", "4", "5", "6"]
    sofa, train, desk, headphones, bed, cottage = items
    assert sofa["Media"][0]["Part"][0]["Stream"][0]["colorTrc"] == "smpte2084"
    assert "TranscodeSession" not in sofa
    assert train["TranscodeSession"]["transcodeHwEncoding"] == "vaapi"
    assert train["Session"]["location"] == "wan"
    assert (desk["type"], desk["TranscodeSession"]["videoDecision"]) == ("episode", "copy")
    assert headphones["type"] == "track"
    assert "Session" not in headphones
    assert bed["Player"]["state"] == "paused"
    assert "transcodeHwEncoding" not in cottage["TranscodeSession"]


async def test_evening_sessions_pause_end_and_are_replaced(
    evening: PlexSimulator, session: aiohttp.ClientSession, clock: FakeClock
) -> None:
    counts: set[int] = set()
    paused: set[int] = set()
    titles: set[str] = set()
    for _ in range(8 * 60):
        clock.now += 60
        items = await read_sessions(session, evening)
        counts.add(len(items))
        paused.add(sum(item["Player"]["state"] == "paused" for item in items))
        titles.update(item["title"] for item in items)
        assert all(item["viewOffset"] < item["duration"] for item in items)
    assert max(counts) == 6
    assert 2 <= min(counts) < 6
    assert {0, 1} <= paused
    assert len(titles) > 60


async def test_evening_does_not_depend_on_read_frequency(
    socket_enabled: None, session: aiohttp.ClientSession
) -> None:
    often, once = FakeClock(), FakeClock()
    async with (
        PlexSimulator(clock=often, scenario="evening") as watched,
        PlexSimulator(clock=once, scenario="evening") as left_alone,
    ):
        for _ in range(240):
            often.now += 30
            await read_sessions(session, watched)
        once.now = often.now
        assert await read_sessions(session, left_alone) == await read_sessions(session, watched)
        assert [(view.title, view.viewed_at) for view in left_alone.sessions.history] == [
            (view.title, view.viewed_at) for view in watched.sessions.history
        ]


async def test_removed_library_ends_only_its_own_viewers(
    evening: PlexSimulator, session: aiohttp.ClientSession, clock: FakeClock
) -> None:
    library = evening.library
    library.rename_section(library.section_titled("Movies"), "Films")
    library.remove_section(library.section_titled("Kids Movies"))
    clock.now += 3 * 3600
    sections = {item["librarySectionTitle"] for item in await read_sessions(session, evening)}
    assert "Films" in sections
    assert "Kids Movies" not in sections


async def test_item_that_ends_before_scheduled_pause_is_stopped(
    evening: PlexSimulator, session: aiohttp.ClientSession, clock: FakeClock
) -> None:
    sofa = evening.sessions.current()[0]
    assert sofa.item.duration is not None
    evening.sessions.seek(sofa, sofa.item.duration - 60_000)
    ends_at = int(clock.now + 60)
    clock.now += 2 * 3600
    await read_sessions(session, evening)
    history = evening.sessions.history
    assert (sofa.item, ends_at) in [(view.item, view.viewed_at) for view in history]
