import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { NOW, topTitles, topUsers } from "../dev/messages";
import type { TopResponse } from "../src/contract";
import { advance, freeze, showCard, visibleText } from "./helpers";

const response = (fields: Partial<TopResponse>): TopResponse => ({
  rows: [],
  measure: "plays",
  failed: [],
  refresh_entities: [],
  ...fields,
});
const show = (answer: (request: Record<string, unknown>) => unknown, config: object = {}) =>
  showCard("plex-pulse-top", config, { answers: { "plex_pulse/history/top": answer } });

beforeEach(() => freeze(NOW));
afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
});

describe("the list", () => {
  test("sends a request with the values of the configuration", async () => {
    const requests: unknown[] = [];
    await show(
      (request) => {
        requests.push(request);
        return response({});
      },
      { by: "user", measure: "duration", limit: 3 },
    );
    expect(requests).toEqual([
      { type: "plex_pulse/history/top", by: "user", period: "month", limit: 3, measure: "duration" },
    ]);
  });

  test("of titles shows plays, time and viewers", async () => {
    const { all, text } = await show(() => response({ rows: topTitles }));
    expect(text()).toContain("Top titles Last 30 days");
    expect(visibleText(all("li")[0]!)).toBe("Cartwheel Lane 18 hr · 3 viewers 31 plays");
    expect(visibleText(all("li")[3]!)).toBe("Low Orchard 7 hr · tansy 112 plays");
  });

  test("by watch time shows that first", async () => {
    const { all } = await show(() => response({ rows: topTitles, measure: "duration" }), { measure: "duration" });
    expect(visibleText(all("li")[0]!)).toBe("Cartwheel Lane 31 plays · 3 viewers 18 hr");
  });

  test("of users shows shares in their colors", async () => {
    const { all } = await show(() => response({ rows: topUsers }), { by: "user" });
    expect(visibleText(all("li")[1]!)).toBe("K kestrel 112 plays 48 hr");
    expect(all(".bar")[0]!.getAttribute("style")).toBe("--tone:var(--color-1)");
    expect(all(".bar i").map((bar) => bar.style.width)).toEqual(["100%", "65.88%", "44.71%", "32.35%"]);
  });

  test("of hours of the day shows shares", async () => {
    const rows = [40, 10].map((plays, index) => ({
      ...topUsers[0]!,
      type: "hour",
      image_shape: "square" as const,
      name: `2${1 - index}:00–2${2 - index}:00`,
      slot: null,
      plays,
      duration: null,
    }));
    const { all, text } = await show(() => response({ rows }), { by: "hour" });
    expect(text()).toContain("Busiest hours Last 30 days");
    expect(visibleText(all("li")[1]!)).toBe("20:00–21:00 10 plays");
    expect(all(".bar i").map((bar) => bar.style.width)).toEqual(["100%", "25%"]);
  });

  test("shows plays where the time is unknown", async () => {
    const rows = [{ ...topUsers[0]!, duration: null }];
    const { all } = await show(() => response({ rows }), { by: "user" });
    expect(visibleText(all("li")[0]!)).toBe("J juniper 170 plays");
  });
});

describe("states", () => {
  test("empty", async () => {
    expect((await show(() => response({}))).text()).toContain("No plays yet");
  });

  test("the history is still being read: what there is, and again after five seconds", async () => {
    let count = 0;
    const { text } = await show(() => {
      count += 1;
      return response({ rows: topTitles.slice(0, count), loading: count < 2 });
    });
    expect(text()).toContain("Reading the history…");
    await advance(6);
    expect(text()).not.toContain("Reading the history…");
    expect(text()).toContain("The Amber Almanac");
  });

  test("no permission", async () => {
    const failed = [{ entry_id: "A", name: "Harbour", error: "no_permission" }];
    expect((await show(() => response({ failed }))).text()).toContain("Only the owner can see streams");
  });
});
