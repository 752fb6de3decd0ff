import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ENTRY, NOW, item, libraries, music, onDeck, recentlyAdded } from "../dev/messages";
import type { Item, ShelfResponse } from "../src/contract";
import type { Answers } from "../dev/mock_hass";
import { advance, freeze, settle, showCard, visibleText, type Shown } from "./helpers";

const response = (items: Item[], more: Partial<ShelfResponse> = {}): ShelfResponse => ({
  items,
  libraries,
  failed: [],
  refresh_entities: [],
  ...more,
});

const show = (
  answer: (request: Record<string, unknown>) => unknown,
  config: object = {},
  answers: Answers = {},
): Promise<Shown> =>
  showCard("plex-pulse-shelf", config, { answers: { "plex_pulse/shelf": answer, ...answers } });

const captions = ({ all }: Shown): string[] => all(".open .name").map(visibleText);
const press = (target: HTMLElement, key: string): void => {
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
};

beforeEach(() => freeze(NOW));
afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
});

describe("items", () => {
  test("show title, context and marks", async () => {
    const { all } = await show(() => response(recentlyAdded));
    const texts = all("li").map(visibleText);
    expect(texts[0]).toBe("The Amber Almanac 2031");
    expect(texts[1]).toBe("New 2 Cartwheel Lane S1 · E6");
    const labels = (index: number) =>
      [...all("li")[index]!.querySelectorAll("[role=img]")].map((mark) => mark.getAttribute("aria-label"));
    expect(labels(1)).toEqual(["2 unwatched"]);
    expect(labels(5)).toEqual(["Watched"]);
  });

  test("of On Deck show what is left", async () => {
    const { all } = await show(() => response(onDeck, { libraries: [] }), { source: "on_deck" });
    const texts = all("li").map(visibleText);
    expect(texts[0]).toContain("S1 · E6 · 38 min");
    expect(texts[1]).toContain("51 min left");
    expect(texts[2]).toContain("S2 · E10 · next");
    expect(all("[role=img]")[0]?.getAttribute("aria-label")).toBe("34% watched");
  });

  test("of music show the artist and square pictures", async () => {
    const { all } = await show(() => response(music));
    expect(visibleText(all("li")[1]!)).toBe("Night Ferry Halden Quay");
    expect(all(".art.square")).toHaveLength(music.length);
  });

  test("of several episodes show the season or the show, and their number", async () => {
    const group = (type: string, fields: object) =>
      item("Cartwheel Lane", { type, year: null, facts: { children: 4 }, ...fields });
    const { all } = await show(() =>
      response([
        group("season", { season: 2, unwatched: 3 }),
        group("show", { rating_key: "show" }),
        item("Ninety Fathoms", { type: "show", rating_key: "old", year: 2031, facts: null }),
      ]),
    );
    expect(all("li").map(visibleText)).toEqual([
      "3 Cartwheel Lane S2 · 4 episodes",
      "Cartwheel Lane 4 episodes",
      "Ninety Fathoms 2031",
    ]);
  });

  test("are one stop of the Tab key, and arrows move among them", async () => {
    const { all, root } = await show(() => response(recentlyAdded));
    const stops = () => all(".open").map((button) => button.getAttribute("tabindex"));
    expect(stops().filter((stop) => stop === "0")).toHaveLength(1);
    all(".open")[0]!.focus();
    press(all(".open")[0]!, "ArrowRight");
    await settle();
    expect(root.activeElement).toBe(all(".open")[1]);
    press(all(".open")[1]!, "End");
    await settle();
    expect(root.activeElement).toBe(all(".open").at(-1));
    press(all(".open").at(-1)!, "ArrowRight");
    press(all(".open").at(-1)!, "Home");
    await settle();
    expect(root.activeElement).toBe(all(".open")[0]);
    expect(stops()[0]).toBe("0");
  });
});

describe("the request", () => {
  test("has the values of the configuration", async () => {
    const requests: unknown[] = [];
    await show(
      (request) => {
        requests.push(request);
        return response([]);
      },
      { servers: ["A"], library: "lib-tv", limit: 5 },
    );
    expect(requests).toEqual([
      { type: "plex_pulse/shelf", source: "recently_added", servers: ["A"], library: "lib-tv", limit: 5 },
    ]);
  });

  test("follows the library that is chosen", async () => {
    const requests: Record<string, unknown>[] = [];
    const shown = await show((request) => {
      requests.push(request);
      return request.library ? response(music, { libraries: [] }) : response(recentlyAdded);
    });
    const pills = () => shown.all(".pill");
    expect(pills().map(visibleText)).toEqual(["All", "Movies", "TV", "Music"]);
    pills()[3]!.click();
    await settle();
    expect(requests[1]?.library).toBe("lib-music");
    expect(captions(shown)[0]).toBe("Low Orchard");
    expect(pills().map((pill) => pill.getAttribute("aria-pressed"))).toEqual([
      "false",
      "false",
      "false",
      "true",
    ]);
  });

  test("has no filter for one library, for On Deck, or where it is switched off", async () => {
    const answer = () => response(recentlyAdded);
    expect((await show(answer, { library: "lib-tv" })).all(".pill")).toHaveLength(0);
    expect((await show(answer, { source: "on_deck" })).all(".pill")).toHaveLength(0);
    expect((await show(answer, { show_filter: false })).all(".pill")).toHaveLength(0);
  });

  test("is sent again when the state of a library entity changes", async () => {
    let count = 0;
    const { card, hass } = await show(() => {
      count += 1;
      return response([], { refresh_entities: ["event.library"] });
    });
    const set = (state: string) => {
      card.hass = { ...hass, states: { "event.library": { entity_id: "event.library", state } } };
    };
    await advance(20);
    set("1");
    set("2");
    await advance(3);
    expect(count).toBe(2);
    card.hass = { ...hass, states: { "event.library": { entity_id: "event.library", state: "2" }, "light.x": undefined } };
    await advance(30);
    expect(count).toBe(2);
  });

  test("is sent again every five minutes, but not while the page is hidden", async () => {
    let count = 0;
    await show(() => {
      count += 1;
      return response([]);
    });
    await advance(301);
    expect(count).toBe(2);
    const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    await advance(900);
    expect(count).toBe(2);
    hidden.mockReturnValue(false);
    document.dispatchEvent(new Event("visibilitychange"));
    await settle();
    expect(count).toBe(3);
    hidden.mockRestore();
  });
});

test("a retry that falls due while the page is hidden is made up for when it is shown", async () => {
  let isBroken = true;
  const { text } = await show(() => {
    if (isBroken) {
      throw { code: "cannot_connect" };
    }
    return response(music);
  });
  const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  await advance(30);
  isBroken = false;
  hidden.mockReturnValue(false);
  document.dispatchEvent(new Event("visibilitychange"));
  await settle();
  expect(text()).toContain("Low Orchard");
  hidden.mockRestore();
});

test("an item that is listed twice is shown twice, and not more with each render", async () => {
  const twice = [music[0]!, music[1]!, music[0]!];
  const shown = await show(() => response(twice));
  for (let round = 0; round < 3; round += 1) {
    shown.all(".pill")[0]!.click();
    await settle();
  }
  expect(captions(shown)).toEqual(["Low Orchard", "Night Ferry", "Low Orchard"]);
});

describe("states", () => {
  test("loading", async () => {
    const { all } = await show(() => new Promise(() => undefined));
    expect(all(".skeleton").length).toBeGreaterThan(0);
  });

  test("empty", async () => {
    expect((await show(() => response([]))).text()).toContain("Nothing was added recently");
    expect((await show(() => response([]), { source: "on_deck" })).text()).toContain("On Deck is empty");
  });

  test("one server fails: its name, and the items of the others", async () => {
    const failed = [{ entry_id: "B", name: "Lighthouse", error: "cannot_connect" }];
    const { text } = await show(() => response(music, { failed }));
    expect(text()).toContain("Lighthouse is unavailable");
    expect(text()).toContain("Low Orchard");
  });

  test("the command fails, and the shelf recovers by itself", async () => {
    let isBroken = true;
    const { text } = await show(() => {
      if (isBroken) {
        throw { code: "unknown_error" };
      }
      return response(music);
    });
    expect(text()).toContain("Something went wrong");
    isBroken = false;
    await advance(11);
    expect(text()).toContain("Low Orchard");
  });

  test("a failure later keeps what was shown", async () => {
    let isBroken = false;
    const { text } = await show(() => {
      if (isBroken) {
        throw { code: "cannot_connect" };
      }
      return response(music);
    });
    isBroken = true;
    await advance(301);
    expect(text()).toContain("Low Orchard");
  });

  test("the first attempts come sooner than the later ones", async () => {
    let count = 0;
    await show(() => {
      count += 1;
      throw { code: "cannot_connect" };
    });
    await advance(74);
    expect(count).toBe(5);
    await advance(120);
    expect(count).toBe(7);
  });
});

describe("the dialog", () => {
  const open = async (fields: Partial<Item>, answers: Answers = {}): Promise<Shown> => {
    const lantern = item("The Ivory Lantern", fields);
    const shown = await show(() => response([{ ...lantern }]), {}, answers);
    shown.one(".open").click();
    await settle();
    return shown;
  };
  const buttons = ({ all }: Shown): string[] => all("dialog .button").map(visibleText);

  test("shows summary and facts", async () => {
    const shown = await open({ progress: 0.2, remaining: 5400 });
    const text = visibleText(shown.one("dialog"));
    expect(text).toContain("2031 · 1h 52m · Drama · PG-13");
    expect(text).toContain("A lamp maker’s daughter");
    expect(text).toContain("Added Nov 30, 2026, 17:40 · Movies");
    expect(text).toContain("File 58.4 Mbit/s · 44.2 GB");
    expect(text).toContain("Progress 20% · 1h 30m left");
    expect(text).toContain("Directed by Ines Halloway");
  });

  test("shows the year of a movie whose line in the shelf is the year", async () => {
    const shown = await open({});
    expect(visibleText(shown.one("dialog"))).toContain("2031 · 1h 52m · Drama");
  });

  test("shows a summary as text", async () => {
    const shown = await open({ summary: "<b>bold</b> [link](http://example.com)" });
    expect(visibleText(shown.one("dialog p"))).toBe("<b>bold</b> [link](http://example.com)");
    expect(shown.all("dialog p b, dialog p a")).toHaveLength(0);
  });

  test("offers what fits the item", async () => {
    expect(buttons(await open({}))).toEqual(["Mark as watched"]);
    expect(buttons(await open({ watched: true }))).toEqual(["Mark as unwatched"]);
    expect(buttons(await open({ progress: 0.5 }))).toEqual(["Mark as watched", "Mark as unwatched"]);
    expect(buttons(await open({ mark: "no_rights" }))).toEqual([]);
  });

  test("marks the item, shows it at once, and reads the shelf again", async () => {
    let count = 0;
    const lantern = item("The Ivory Lantern", { is_new: true });
    const shown = await show(() => {
      count += 1;
      return response([count > 1 ? { ...lantern, watched: true, is_new: false } : { ...lantern }]);
    });
    shown.one(".open").click();
    await settle();
    shown.one("dialog .button").click();
    await settle();
    expect(shown.hass.calls).toEqual([
      ["plex_pulse.mark_watched", { config_entry_id: ENTRY, rating_key: "TheIvoryLantern" }],
    ]);
    expect(visibleText(shown.one("[role=status]"))).toBe("Marked as watched");
    expect(buttons(shown)).toEqual(["Mark as unwatched"]);
    expect(shown.one(".mark.round").getAttribute("aria-label")).toBe("Watched");
    await advance(11);
    expect(count).toBe(2);
    shown.one("dialog .button").click();
    await settle();
    expect(shown.hass.calls[1]?.[0]).toBe("plex_pulse.mark_unwatched");
  });

  test("shows why an item could not be marked", async () => {
    const shown = await open(
      {},
      {
        "plex_pulse.mark_watched": () => {
          throw new Error("The server does not respond.");
        },
      },
    );
    shown.one("dialog .button").click();
    await settle();
    expect(visibleText(shown.one("[role=alert]"))).toBe("The server does not respond.");
    expect(buttons(shown)).toEqual(["Mark as watched"]);
  });
});
