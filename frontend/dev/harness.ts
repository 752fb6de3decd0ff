/**
 * The mock page: the built module against recorded messages, in a given theme.
 *
 * `?scene=streams&theme=dark&dir=rtl&language=de`; the scenes are listed below.
 */
import * as mdi from "@mdi/js";
import {
  ENTRY,
  NOW,
  almanac,
  causeway,
  cartwheel,
  estuary,
  item,
  libraries,
  music,
  news,
  onDeck,
  parade,
  photo,
  recentlyAdded,
  rooted,
  server,
  six,
  topTitles,
  topUsers,
  twenty,
} from "./messages";
import { mockHass, type Answers } from "./mock_hass";
import { GERMAN, HEBREW } from "./texts";
import type { Item, ServerSnapshot, Stream } from "../src/contract";

class HaCard extends HTMLElement {
  constructor() {
    super();
    this.attachShadow({ mode: "open" }).innerHTML = `<style>:host{display:block;box-sizing:border-box;position:relative;background:var(--ha-card-background,var(--card-background-color));border-radius:var(--ha-card-border-radius,12px);border:1px solid var(--ha-card-border-color);color:var(--primary-text-color)}</style><slot></slot>`;
  }
}

class HaIcon extends HTMLElement {
  set icon(name: string) {
    const key = name.replace(/[:-](\w)/g, (_, letter: string) => letter.toUpperCase());
    const path = (mdi as Record<string, string>)[key];
    if (!path) {
      console.error(`There is no icon ${name}`);
    }
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    root.innerHTML = `<style>:host{display:inline-flex;align-items:center;justify-content:center}</style><svg viewBox="0 0 24 24" style="width:var(--mdc-icon-size,24px);height:var(--mdc-icon-size,24px);fill:currentcolor;display:block" aria-hidden="true"><path d="${path}"/></svg>`;
  }
  connectedCallback(): void {
    const name = this.getAttribute("icon");
    if (name) {
      this.icon = name;
    }
  }
}

const query = new URLSearchParams(location.search);
const theme = (query.get("theme") ?? "light").split(",");
document.documentElement.classList.add(...theme);
document.documentElement.dir = query.get("dir") ?? "ltr";
const language = query.get("language") ?? "en";
document.documentElement.lang = language;
const texts = { de: GERMAN, he: HEBREW }[language] ?? {};

const shelf = (items: Item[], more: object = {}) => ({
  items,
  libraries,
  failed: [],
  refresh_entities: [],
  ...more,
});

const answers: Answers = {
  "plex_pulse/shelf": ({ source, library }) =>
    source === "on_deck"
      ? shelf(onDeck, { libraries: [] })
      : shelf(library === "lib-music" ? music : recentlyAdded),
  "plex_pulse/history/top": ({ by, measure }) => ({
    rows: by === "user" ? topUsers : topTitles,
    measure: measure ?? "plays",
    failed: [],
    refresh_entities: [],
  }),
};

const main = document.querySelector("main")!;

function show(
  caption: string,
  width: number,
  type: string,
  config: object,
  own: { initial?: unknown; answers?: Answers; isAdmin?: boolean } = {},
): HTMLElement {
  const figure = document.createElement("figure");
  figure.style.width = `min(${width}px, 100vw - 16px)`;
  const text = document.createElement("figcaption");
  text.textContent = `${caption} · ${width} px`;
  const card = document.createElement(type) as HTMLElement & {
    hass: unknown;
    setConfig(config: object): void;
  };
  figure.append(text, card);
  main.append(figure);
  card.setConfig({ type: `custom:${type}`, ...config });
  const hass = mockHass({ ...answers, ...own.answers }, { language, texts, ...own });
  card.hass = hass;
  (card as unknown as { mock: unknown }).mock = hass;
  return card;
}

const streams = (
  caption: string,
  width: number,
  list: Stream[],
  fields: Partial<ServerSnapshot> = {},
  config: object = {},
) =>
  show(caption, width, "plex-pulse-streams", config, {
    initial: { now: NOW, servers: [server({ streams: list, ...fields })] },
  });

const pending = (): Promise<never> => new Promise(() => undefined);

const SCENES: Record<string, () => void> = {
  wide: () => {
    streams("one", 1080, [estuary]);
    streams("six", 1080, six);
    streams("twenty", 1080, twenty);
  },
  states: () => {
    streams("six", 338, six);
    streams("none", 380, [], {
      last_played: { title: "The Amber Almanac", user: "marlow", at: NOW - 4680 },
    });
    streams("paused", 380, [causeway]);
    streams("buffering", 380, [parade]);
    streams("live", 380, [news]);
    streams("photo", 380, [photo]);
    streams("music", 380, [rooted]);
    streams("no Plex Pass", 380, [cartwheel], { terminate: "plex_pass_missing" });
    streams("unavailable", 380, [], {
      status: "unavailable",
      since: NOW - 3420,
      next_try: NOW + 42,
      error: "server_starting",
    });
    streams("no permission", 380, [], { status: "no_permission" });
    streams("sign-in", 380, [], { status: "sign_in" });
    streams("not an administrator", 380, [estuary], { terminate: "no_rights" });
    show("loading", 380, "plex-pulse-streams", {}, {});
    show("not loaded", 380, "plex-pulse-streams", {}, {
      answers: {
        "plex_pulse/streams/subscribe": () => {
          throw { code: "unknown_command" };
        },
      },
    });
    show("no server", 380, "plex-pulse-streams", {}, { initial: { now: NOW, servers: [] } });
    show("two servers", 380, "plex-pulse-streams", {}, {
      initial: {
        now: NOW,
        servers: [
          server({ streams: [almanac, estuary] }),
          server({ entry_id: "B", name: "Lighthouse", status: "unavailable", since: NOW - 600 }),
        ],
      },
    });
    streams("twenty", 380, twenty);
  },
  forty: () => {
    const again = twenty.map((one) => ({ ...one, id: `4${one.id}` }));
    streams("forty", 1080, [...twenty, ...again], {}, { layout: "comfortable" });
  },
  phone: () => {
    streams("none", 384, [], {
      last_played: { title: "The Amber Almanac", user: "marlow", at: NOW - 4680 },
    });
    streams("two", 384, [news, photo]);
    streams("six", 384, six);
    streams("twelve", 384, twenty.slice(0, 12));
  },
  stress: () => {
    streams("narrow", 304, [estuary, parade]);
    streams(
      "long names",
      338,
      [
        {
          ...estuary,
          title: "Die außergewöhnlich lange Reise eines sehr kurzen Mannes",
          player: "Junipers Telefon mit langem Namen",
          location: "relay",
          bandwidth: 103_900,
        },
        almanac,
      ],
    );
    streams("compact", 384, twenty.slice(0, 9));
  },
  shelf: () => {
    show("row", 1080, "plex-pulse-shelf", { icon: "mdi:new-box" });
    show("on deck", 1080, "plex-pulse-shelf", { source: "on_deck", icon: "mdi:playlist-play" });
    show("row", 338, "plex-pulse-shelf", {});
    show("music", 338, "plex-pulse-shelf", { library: "lib-music", title: "New albums" });
    show("grid", 338, "plex-pulse-shelf", { layout: "grid", limit: 9, show_filter: false });
    show("empty", 338, "plex-pulse-shelf", { source: "on_deck" }, {
      answers: { "plex_pulse/shelf": () => shelf([], { libraries: [] }) },
    });
    show("failed", 338, "plex-pulse-shelf", {}, {
      answers: {
        "plex_pulse/shelf": () =>
          shelf([], {
            libraries: [],
            failed: [{ entry_id: ENTRY, name: "Harbour", error: "cannot_connect" }],
          }),
      },
    });
    show("loading", 338, "plex-pulse-shelf", {}, { answers: { "plex_pulse/shelf": pending } });
  },
  top: () => {
    show("titles", 380, "plex-pulse-top", { measure: "duration" });
    show("users", 380, "plex-pulse-top", { by: "user" });
    show("empty", 380, "plex-pulse-top", {}, {
      answers: {
        "plex_pulse/history/top": () => ({ rows: [], measure: "plays", failed: [], refresh_entities: [] }),
      },
    });
    show("loading", 380, "plex-pulse-top", {}, { answers: { "plex_pulse/history/top": pending } });
  },
  rtl: () => {
    streams("two", 384, [
      { ...estuary, title: "השפך הנסחף", player: "טלפון" },
      { ...cartwheel, title: "סמטת הגלגל", episode_title: "פרק 5" },
    ]);
    show("shelf", 384, "plex-pulse-shelf", {});
    show("top", 384, "plex-pulse-top", { by: "user" });
  },
  details: () => {
    const card = streams("details", 380, [estuary]);
    setTimeout(() => card.shadowRoot!.querySelector<HTMLElement>(".cover")!.click(), 300);
  },
  stop: () => {
    const card = streams("stop", 380, [estuary]);
    setTimeout(() => card.shadowRoot!.querySelector<HTMLElement>(".stop")!.click(), 300);
  },
  item: () => {
    const card = show("item", 380, "plex-pulse-shelf", {}, {
      answers: {
        "plex_pulse/shelf": () => shelf([item("The Ivory Lantern", { is_new: true, progress: 0.2, remaining: 5400 })]),
      },
    });
    setTimeout(() => card.shadowRoot!.querySelector<HTMLElement>(".open")!.click(), 300);
  },
  focus: () => {
    const row = streams("focus", 380, [estuary]);
    show("focus", 380, "plex-pulse-shelf", {});
    setTimeout(() => row.shadowRoot!.querySelector<HTMLElement>(".cover")!.focus(), 300);
  },
};

customElements.define("ha-card", HaCard);
customElements.define("ha-icon", HaIcon);
customElements.define("home-assistant", class extends HTMLElement {});
await customElements.whenDefined("plex-pulse-top");
(SCENES[query.get("scene") ?? "wide"] ?? SCENES.wide!)();
