import { describe, expect, test } from "vitest";
import { ENTRY, NOW, almanac, causeway, cartwheel, estuary, parade, photo, rooted, server } from "../dev/messages";
import { applyEvent, sortedStreams, totals, type ServersState } from "../src/streams_state";

const start = (): ServersState =>
  applyEvent(undefined, { now: NOW, servers: [server({ streams: [almanac, estuary] })] })!;

const streamsOf = (state: ServersState | undefined) => state!.get(ENTRY)!.streams;

describe("events of the subscription", () => {
  test("a change replaces the named fields alone", () => {
    const before = start();
    const after = applyEvent(before, {
      now: NOW,
      changes: { [ENTRY]: { change: { "1": { state: "paused", state_since: NOW } } } },
    });
    expect(streamsOf(after).get("1")).toEqual({ ...almanac, state: "paused", state_since: NOW });
    expect(streamsOf(after).get("2")).toBe(estuary);
    expect(streamsOf(before).get("1")).toBe(almanac);
  });

  test("the progress of conversions arrives as triples", () => {
    const after = applyEvent(start(), {
      now: NOW,
      changes: { [ENTRY]: { transcode: { "2": [72, 0, true] } } },
    });
    expect(streamsOf(after).get("2")).toMatchObject({ buffer: 72, speed: 0, throttled: true });
  });

  test("a key that is removed and added again is another stream", () => {
    const after = applyEvent(start(), {
      now: NOW,
      changes: { [ENTRY]: { remove: ["1"], add: [{ ...rooted, id: "1" }] } },
    });
    expect(streamsOf(after).get("1")?.title).toBe("Rooted, part 2");
    expect(streamsOf(after).size).toBe(2);
  });

  test("server fields change without its streams", () => {
    const after = applyEvent(start(), {
      now: NOW,
      changes: { [ENTRY]: { set: { terminate: "plex_pass_missing" } } },
    });
    expect(after!.get(ENTRY)?.terminate).toBe("plex_pass_missing");
    expect(streamsOf(after).size).toBe(2);
  });

  test("what is unknown is ignored", () => {
    const before = start();
    const after = applyEvent(before, {
      now: NOW,
      changes: { other: { remove: ["1"] }, [ENTRY]: { change: { "99": { state: "paused" } } } },
    });
    expect([...streamsOf(after).keys()]).toEqual(["1", "2"]);
    expect(applyEvent(undefined, { now: NOW, changes: {} })).toBeUndefined();
  });

  test("a snapshot replaces everything", () => {
    const after = applyEvent(start(), { now: NOW, servers: [server({ entry_id: "B" })] });
    expect([...after!.keys()]).toEqual(["B"]);
  });
});

describe("the order of the streams", () => {
  const all = [photo, causeway, parade, almanac, cartwheel, estuary];
  const order = (now: number) =>
    sortedStreams(
      { ...server(), streams: new Map(all.map((stream) => [stream.id, stream])) },
      now,
    ).map(({ id }) => id);

  test("is by the end, then buffering, paused and photos", () => {
    expect(order(NOW)).toEqual(["3", "2", "1", "5", "4", "8"]);
  });

  test("does not change as the time passes", () => {
    expect(order(NOW + 900)).toEqual(order(NOW));
  });
});

describe("the totals", () => {
  test("add up the bandwidth and the part outside the local network", () => {
    expect(totals([almanac, estuary, parade])).toMatchObject({
      _count: 3,
      _bandwidth: 70_500,
      _wan: 12_100,
      _path: null,
      _methods: { direct_play: 1, transcode: 2 },
    });
  });

  test("name the path that all streams share", () => {
    expect(totals([almanac, cartwheel])._path).toBe("lan");
    expect(totals([{ ...almanac, location: null }])._path).toBeNull();
  });
});
