import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  ENTRY,
  NOW,
  almanac,
  cartwheel,
  causeway,
  estuary,
  news,
  onDeck,
  parade,
  photo,
  rooted,
  server,
  six,
  twenty,
} from "../dev/messages";
import type { ServerSnapshot, Stream } from "../src/contract";
import type { Answers } from "../dev/mock_hass";
import { advance, freeze, settle, showCard, visibleText, type Shown } from "./helpers";

const show = (
  streams: Stream[],
  fields: Partial<ServerSnapshot> = {},
  config: object = {},
  more: { answers?: Answers; isAdmin?: boolean } = {},
): Promise<Shown> =>
  showCard("plex-pulse-streams", config, {
    initial: { now: NOW, servers: [server({ streams, ...fields })] },
    ...more,
  });

const titles = ({ all }: Shown): string[] =>
  all(".row .name > bdi").map((title) => visibleText(title));

const type = (shown: Shown, message: string): void => {
  (shown.one("input") as HTMLInputElement).value = message;
};

const submit = async (shown: Shown): Promise<void> => {
  shown.one("form").dispatchEvent(new Event("submit", { cancelable: true }));
  await settle();
};

beforeEach(() => freeze(NOW));
afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
});

describe("rows", () => {
  test("show title, context, user, player, end, method, bandwidth and path", async () => {
    const { text } = await show([cartwheel]);
    expect(text()).toContain(
      "Cartwheel Lane S1 · E5 · Chapter 5 kestrel · Study · Web player ends 21:41 Direct stream 4.2 Mbit/s LAN 1080p H.264 · MKV → MP4 MKV not supported",
    );
  });

  test("are ordered by the end of the streams", async () => {
    expect(titles(await show(six))).toEqual([
      "Rooted, part 2",
      "Cartwheel Lane",
      "The Drifting Estuary",
      "The Amber Almanac",
      "The Button Parade",
      "The Hollow Causeway",
    ]);
  });

  test("keep their elements, and the focus, when others come and go", async () => {
    const shown = await show([almanac, estuary]);
    const row = shown.all("li").find((li) => visibleText(li).includes("Estuary"))!;
    row.querySelector<HTMLElement>(".cover")!.focus();
    shown.hass.send({ now: NOW, changes: { [ENTRY]: { add: [rooted], remove: ["1"] } } });
    await settle();
    expect(titles(shown)).toEqual(["Rooted, part 2", "The Drifting Estuary"]);
    expect(shown.all("li")[1]).toBe(row);
    expect(shown.root.activeElement).toBe(row.querySelector(".cover"));
  });

  test("become compact from nine streams, and with the layout of the configuration", async () => {
    expect((await show(twenty.slice(0, 8))).all(".compact")).toHaveLength(0);
    expect((await show(twenty.slice(0, 9))).all(".compact")).toHaveLength(1);
    expect((await show([almanac], {}, { layout: "compact" })).all(".compact")).toHaveLength(1);
    expect((await show(twenty, {}, { layout: "comfortable" })).all(".compact")).toHaveLength(0);
  });

  test("name the method in words where only an icon is seen", async () => {
    const { one } = await show([estuary], {}, { layout: "compact" });
    expect(one(".end ha-icon").getAttribute("title")).toBe("Transcode · hw");
  });

  test.each([
    ["paused since when", causeway, "paused 12 min"],
    ["how long it has been buffering", parade, "buffering 8 sec"],
    ["live TV with channel and times", news, "Channel 7 · 20:40 – 21:10"],
    ["how long live TV has been watched", news, "LIVE watching 38 min"],
    ["artist and album", rooted, "The Velvet Turnips — Low Orchard"],
    ["the day of a photo", photo, "Photo · Jun 14, 2031"],
    ["burned-in subtitles", parade, "subtitles burned in"],
    ["hardware", estuary, "Transcode · hw"],
    ["the speed of the conversion", estuary, "4K HEVC HDR10 → 720p H.264 2.6× bandwidth limit"],
    ["that it is throttled", { ...estuary, throttled: true, speed: 0 }, "H.264 throttled bandwidth"],
    ["the relay", parade, "Relay"],
  ])("show %s", async (_, stream, expected) => {
    expect((await show([stream])).text()).toContain(expected);
  });

  test("show texts of the server as text", async () => {
    const { root, text } = await show([{ ...almanac, title: "<img src=x onerror=alert(1)>" }]);
    expect(text()).toContain("<img src=x onerror=alert(1)>");
    expect(root.querySelector("img")).toBeNull();
  });

  test("survive a stream of which nothing is known", async () => {
    const bare = { id: "1", type: "movie", title: "Bare", state: "playing", method: "direct_play" };
    expect((await show([bare as Stream])).text()).toContain("Bare");
  });
});

describe("the bar", () => {
  test("moves every second without a message", async () => {
    const { one } = await show([rooted]);
    const bar = one('[role="progressbar"]');
    const width = () => bar.querySelector<HTMLElement>("i:last-child")!.style.width;
    expect(width()).toBe("56.67%");
    await advance(1);
    expect(width()).toBe("56.94%");
    expect(bar.getAttribute("aria-valuenow")).toBe("57");
  });

  test("describes its values for screen readers", async () => {
    const { one } = await show([estuary]);
    expect(one('[role="progressbar"]').getAttribute("aria-valuetext")).toBe(
      "58%, ends 21:59, converted to 69%",
    );
  });

  test("follows the server's clock where the browser's is wrong", async () => {
    freeze(NOW - 5000);
    const { text } = await show([almanac]);
    expect(text()).toContain("ends 22:48");
  });

  test("is not rendered while the page is hidden", async () => {
    const { one } = await show([rooted]);
    const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    document.dispatchEvent(new Event("visibilitychange"));
    await advance(30);
    const width = () => one(".bar i:last-child").style.width;
    expect(width()).toBe("56.67%");
    hidden.mockReturnValue(false);
    document.dispatchEvent(new Event("visibilitychange"));
    await settle();
    expect(width()).toBe("65%");
    hidden.mockRestore();
  });
});

describe("the header", () => {
  test("counts streams, methods and bandwidth", async () => {
    const { one } = await show(six);
    expect(visibleText(one(".state"))).toBe(
      "6 streams 3 Direct play 1 Direct stream 2 Transcode 87.6 Mbit/s 12.1 WAN",
    );
  });

  test("announces the count alone", async () => {
    const { all } = await show(six);
    expect(all("[aria-live]").map(visibleText)).toEqual(["6 streams"]);
  });
});

describe("states", () => {
  test("nothing is playing: the last title and On Deck of that server", async () => {
    const requests: unknown[] = [];
    const { text, one } = await show(
      [],
      { last_played: { title: "The Amber Almanac", user: "marlow", at: NOW - 4680 } },
      {},
      {
        answers: {
          "plex_pulse/shelf": (request) => {
            requests.push(request);
            return { items: onDeck, libraries: [], failed: [], refresh_entities: [] };
          },
        },
      },
    );
    await settle();
    expect(text()).toBe("Nothing is playing Last: The Amber Almanac · marlow · 19:42");
    expect(requests).toEqual([{ type: "plex_pulse/shelf", source: "on_deck", servers: [ENTRY] }]);
    expect(visibleText(one("plex-pulse-shelf").shadowRoot!)).toContain("Cartwheel Lane");
  });

  test("On Deck can be left out", async () => {
    const { all } = await show([], {}, { show_on_deck: false });
    expect(all("plex-pulse-shelf")).toHaveLength(0);
  });

  test("unavailable: since when, why, and the next attempt", async () => {
    const { text } = await show([], {
      status: "unavailable",
      since: NOW - 3420,
      next_try: NOW + 42,
      error: "server_starting",
    });
    expect(text()).toContain("Harbour is unavailable server is starting · since 20:03 · next try in 42 sec Retry");
    await advance(2);
    expect(text()).toContain("next try in 40 sec");
  });

  test("unavailable: Retry has the server read at once", async () => {
    const { one, hass } = await show([], { status: "unavailable", since: NOW });
    one(".button").click();
    await settle();
    expect(hass.calls).toEqual([
      ["homeassistant.update_entity", { entity_id: "binary_sensor.harbour_connected" }],
    ]);
    one(".button").click();
    expect(hass.calls).toHaveLength(1);
    await advance(6);
    one(".button").click();
    expect(hass.calls).toHaveLength(2);
  });

  test("no permission, sign-in needed, not found, being set up", async () => {
    const state = async (status: ServerSnapshot["status"], isAdmin = true) =>
      (await show([], { status }, {}, { isAdmin })).text();
    expect(await state("no_permission")).toContain("Only the owner can see streams");
    expect(await state("sign_in")).toContain("Harbour requires a new sign-in");
    expect(await state("sign_in")).toContain("Sign in");
    expect(await state("sign_in", false)).not.toContain("Sign in");
    expect(await state("not_found")).toContain("Not found");
    expect((await show([], { status: "loading" })).one("[role=status]").getAttribute("aria-label")).toBe("Loading");
  });

  test("no server at all", async () => {
    const { text } = await showCard("plex-pulse-streams", {}, { initial: { now: NOW, servers: [] } });
    expect(text()).toContain("No Plex server");
  });

  test("an unavailable server does not hide the streams of another", async () => {
    const { text } = await showCard("plex-pulse-streams", {}, {
      initial: {
        now: NOW,
        servers: [
          server({ streams: [almanac] }),
          server({ entry_id: "B", name: "Lighthouse", status: "unavailable", since: NOW }),
        ],
      },
    });
    expect(text()).toContain("The Amber Almanac");
    expect(text()).toContain("Lighthouse is unavailable");
  });

  test("comes back by itself when the server does", async () => {
    const { hass, text } = await show([], { status: "unavailable", since: NOW });
    hass.send({
      now: NOW,
      changes: { [ENTRY]: { set: { status: "ok", since: null }, add: [almanac] } },
    });
    await settle();
    expect(text()).toContain("The Amber Almanac");
    expect(text()).not.toContain("unavailable");
  });

  test("loading, then the integration is not ready, then it is", async () => {
    let isReady = false;
    const { text, all } = await showCard("plex-pulse-streams", {}, {
      initial: { now: NOW, servers: [server({ streams: [almanac] })] },
      answers: {
        "plex_pulse/streams/subscribe": () => {
          if (!isReady) {
            throw { code: "unknown_command" };
          }
        },
      },
    });
    expect(text()).toContain("Plex Pulse is not ready");
    isReady = true;
    await advance(2);
    expect(text()).toContain("not ready");
    await advance(2);
    expect(text()).toContain("The Amber Almanac");
    expect(all(".skeleton")).toHaveLength(0);
  });
});

describe("stopping a stream", () => {
  test("opens a confirmation, with Cancel focused, and sends the message", async () => {
    const shown = await show([estuary]);
    const notified = vi.fn();
    shown.card.addEventListener("hass-notification", notified);
    shown.one(".stop").click();
    await settle();
    expect(shown.one("dialog").getAttribute("role")).toBe("alertdialog");
    expect(shown.one("[autofocus]").textContent?.trim()).toBe("Cancel");
    type(shown, "  The server restarts.  ");
    await submit(shown);
    expect(shown.hass.calls).toEqual([
      [
        "plex_pulse.terminate_stream",
        { config_entry_id: ENTRY, session_key: "2", message: "The server restarts." },
      ],
    ]);
    expect(notified).toHaveBeenCalledOnce();
    await settle();
    expect(shown.all("dialog")).toHaveLength(0);
  });

  test("leaves an empty message out", async () => {
    const shown = await show([estuary]);
    shown.one(".stop").click();
    await settle();
    await submit(shown);
    expect(shown.hass.calls[0]?.[1]).toEqual({ config_entry_id: ENTRY, session_key: "2" });
  });

  test("shows the error and lets the user try again", async () => {
    let isBroken = true;
    const shown = await show([estuary], {}, {}, {
      answers: {
        "plex_pulse.terminate_stream": () => {
          if (isBroken) {
            throw new Error("The stream has ended.");
          }
        },
      },
    });
    shown.one(".stop").click();
    await settle();
    await submit(shown);
    expect(visibleText(shown.one('[role="alert"]'))).toBe("The stream has ended.");
    isBroken = false;
    await submit(shown);
    expect(shown.hass.calls).toHaveLength(2);
    expect(shown.all('[role="alert"]')).toHaveLength(0);
  });

  test("is sent once however often the button is pressed", async () => {
    const shown = await show([estuary], {}, {}, {
      answers: { "plex_pulse.terminate_stream": () => new Promise(() => undefined) },
    });
    shown.one(".stop").click();
    await settle();
    await submit(shown);
    await submit(shown);
    expect(shown.hass.calls).toHaveLength(1);
  });

  test("has no button where the user may not", async () => {
    expect((await show([estuary], { terminate: "no_rights" })).all(".row .stop")).toHaveLength(0);
  });

  test.each([
    ["Plex Pass is missing", { terminate: "plex_pass_missing" as const }, estuary, "Requires Plex Pass."],
    ["the account is not the owner's", { terminate: "not_owner" as const }, estuary, "Requires the account"],
    ["the session cannot be stopped", {}, photo, "Plex does not allow"],
  ])("is disabled with the reason where %s", async (_, fields, stream, reason) => {
    const shown = await show([stream], fields);
    const stop = shown.one(".row .stop");
    expect(stop.getAttribute("aria-disabled")).toBe("true");
    expect(stop.getAttribute("aria-label")).toContain(reason);
    stop.click();
    await settle();
    expect(shown.one("dialog").getAttribute("role")).toBe("dialog");
    expect(shown.text()).toContain(reason);
    shown.one("dialog .button").click();
    await settle();
    expect(shown.all("form")).toHaveLength(0);
  });
});

describe("the details", () => {
  const open = async (stream: Stream): Promise<Shown> => {
    const shown = await show([stream], {}, { layout: "compact" });
    shown.one(".cover").click();
    await settle();
    return shown;
  };

  test("show what is converted and why, and follow the stream", async () => {
    const shown = await open(estuary);
    const facts = () => visibleText(shown.one("dialog .facts"));
    expect(facts()).toContain("Reason bandwidth limit (4.0 Mbit/s)");
    expect(facts()).toContain("Video 4K HEVC HDR10 → 720p H.264 · hardware");
    expect(facts()).toContain("Audio TrueHD 7.1 → AAC stereo");
    expect(facts()).toContain("Transcoder 2.6× · 15 min ahead");
    expect(facts()).toContain("Position 1:21:00 of 2:20:00");
    shown.hass.send({ now: NOW, changes: { [ENTRY]: { transcode: { "2": [80, 0, true] } } } });
    await advance(3);
    expect(facts()).toContain("Transcoder throttled · 30 min ahead");
    expect(facts()).toContain("Position 1:21:03");
  });

  test("are gone when the stream is", async () => {
    const shown = await open(estuary);
    shown.hass.send({ now: NOW, changes: { [ENTRY]: { remove: ["2"] } } });
    await settle();
    expect(shown.all("dialog")).toHaveLength(0);
  });

  test("close by the button", async () => {
    const shown = await open(estuary);
    shown.one("dialog .title button").click();
    await settle();
    expect(shown.all("dialog")).toHaveLength(0);
  });
});

test("a card that is removed ends its subscription and its timer", async () => {
  const { card, hass, text } = await show([rooted]);
  card.remove();
  const before = text();
  hass.send({ now: NOW, servers: [server({ streams: [almanac] })] });
  await advance(5);
  expect(text()).toBe(before);
  expect(vi.getTimerCount()).toBeLessThanOrEqual(1);
});
