"""The lively evening."""

import aiohttp

from tests.simulator import PlexSimulator

from .conftest import Time, listed


async def test_the_evening_begins_with_six_sessions_by_four_users(
    evening: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    items = await listed(session, evening)
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


async def test_sessions_pause_end_and_are_replaced_for_ever(
    evening: PlexSimulator, session: aiohttp.ClientSession, time: Time
) -> None:
    counts: set[int] = set()
    paused: set[int] = set()
    titles: set[str] = set()
    for _ in range(8 * 60):
        time.now += 60
        items = await listed(session, evening)
        counts.add(len(items))
        paused.add(sum(item["Player"]["state"] == "paused" for item in items))
        titles.update(item["title"] for item in items)
        assert all(item["viewOffset"] < item["duration"] for item in items)
    assert max(counts) == 6
    assert 2 <= min(counts) < 6
    assert {0, 1} <= paused
    assert len(titles) > 60


async def test_an_evening_runs_alike_however_often_one_looks(
    socket_enabled: None, session: aiohttp.ClientSession
) -> None:
    often, once = Time(), Time()
    async with (
        PlexSimulator(clock=often, scenario="evening") as watched,
        PlexSimulator(clock=once, scenario="evening") as left_alone,
    ):
        for _ in range(240):
            often.now += 30
            await listed(session, watched)
        once.now = often.now
        assert await listed(session, left_alone) == await listed(session, watched)
        assert [(view.title, view.viewed_at) for view in left_alone.sessions.history] == [
            (view.title, view.viewed_at) for view in watched.sessions.history
        ]


async def test_a_removed_library_ends_nothing_but_its_own_seats(
    evening: PlexSimulator, session: aiohttp.ClientSession, time: Time
) -> None:
    library = evening.library
    library.rename_section(library.section_titled("Movies"), "Films")
    library.remove_section(library.section_titled("Kids Movies"))
    time.now += 3 * 3600
    sections = {item["librarySectionTitle"] for item in await listed(session, evening)}
    assert "Films" in sections
    assert "Kids Movies" not in sections


async def test_an_item_that_ends_early_is_over_before_the_seat_would_pause_it(
    evening: PlexSimulator, session: aiohttp.ClientSession, time: Time
) -> None:
    sofa = evening.sessions.current()[0]
    assert sofa.item.duration is not None
    evening.sessions.seek(sofa, sofa.item.duration - 60_000)
    ends_at = int(time.now + 60)
    time.now += 2 * 3600
    await listed(session, evening)
    history = evening.sessions.history
    assert (sofa.item, ends_at) in [(view.item, view.viewed_at) for view in history]
