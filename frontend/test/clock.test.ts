import { describe, expect, test } from "vitest";
import { NOW, almanac, estuary, news } from "../dev/messages";
import { endsAt, positionAt, progressAt } from "../src/clock";

describe("the position of a stream", () => {
  test("advances with the time while it plays", () => {
    expect(positionAt(almanac, NOW + 30)).toBe(47 * 60 + 30);
  });

  test("stands still while it is paused or buffers", () => {
    expect(positionAt({ ...almanac, state: "paused" }, NOW + 30)).toBe(47 * 60);
    expect(positionAt({ ...almanac, state: "buffering" }, NOW + 30)).toBe(47 * 60);
  });

  test("stops at the end, and never goes back before the update", () => {
    expect(positionAt(almanac, NOW + 100_000)).toBe(155 * 60);
    expect(positionAt(almanac, NOW - 50)).toBe(47 * 60);
  });

  test("is unknown where the server does not know it", () => {
    expect(positionAt({ ...almanac, position: null }, NOW)).toBeNull();
  });

  test("leaves the time of the end where it is", () => {
    expect(endsAt(almanac, NOW)).toBe(endsAt(almanac, NOW + 600));
    expect(endsAt(almanac, NOW)).toBe(NOW + 108 * 60);
  });

  test("has no end while it is paused", () => {
    expect(endsAt({ ...almanac, state: "paused" }, NOW)).toBeNull();
  });
});

describe("the bar", () => {
  test("shows what is played and what is converted ahead", () => {
    expect(progressAt(estuary, NOW)).toEqual({ _played: 81 / 140, _buffered: 0.69 });
  });

  test("never shows less converted than played", () => {
    expect(progressAt({ ...estuary, buffer: 10 }, NOW)?._buffered).toBe(81 / 140);
  });

  test("shows how much of a live programme was broadcast", () => {
    expect(progressAt(news, NOW)?._played).toBeCloseTo(1200 / 1800);
  });

  test("is left out where there is nothing to measure against", () => {
    expect(progressAt({ ...almanac, duration: null }, NOW)).toBeNull();
    expect(progressAt({ ...news, airs_until: null }, NOW)).toBeNull();
  });
});
