/** Registration with Home Assistant's frontend. */
import { currentHass, type HomeAssistant } from "./home_assistant";
import { loadStrings, t } from "./strings";

export type Elements = Record<string, CustomElementConstructor>;

interface Registry {
  customCards?: object[];
  customStrategies?: object[];
}

const POLL_SECONDS = 0.5;
const DOCUMENTATION = "https://github.com/plex-pulse/plex-pulse#dashboard";

/** Cards, and the keys of the entities they are suggested for. */
const CARDS: Record<string, string[]> = {
  streams: ["active_streams", "now_playing", "transcodes", "bandwidth"],
  shelf: ["last_added", "library"],
  top: [],
};

/**
 * List the strategy and the cards.
 *
 * Done while the module is evaluated. Home Assistant reads the lists when a dialog opens; the
 * texts are there by then (see `loadStringsEarly`).
 */
export function register(target: Registry = window as Registry): void {
  (target.customStrategies ??= []).push({
    type: "plex-pulse",
    strategyType: "dashboard",
    name: "Plex Pulse",
    get description() {
      return t("strategy_description");
    },
  });
  for (const [key, suggestedFor] of Object.entries(CARDS)) {
    const type = `plex-pulse-${key}`;
    (target.customCards ??= []).push({
      type,
      get name() {
        return t(`card_${key}`);
      },
      get description() {
        return t(`card_${key}_description`);
      },
      preview: true,
      documentationURL: DOCUMENTATION,
      getEntitySuggestion(hass: HomeAssistant, entityId: string): object | null {
        const { platform, translation_key: entityKey = "" } = hass.entities?.[entityId] ?? {};
        return platform === "plex_pulse" && suggestedFor.includes(entityKey)
          ? { config: { type: `custom:${type}` } }
          : null;
      },
    });
  }
}

/**
 * Define the elements in the registry that Home Assistant keeps.
 *
 * Its app bundle replaces `window.customElements` while it loads, in parallel with modules
 * from `add_extra_js_url`, and what was defined before is never found. So wait until Home
 * Assistant's root element (or that of a cast device) is defined, and use what is
 * `window.customElements` then.
 */
export async function defineElements(elements: Elements): Promise<void> {
  await Promise.race(
    ["home-assistant", "hc-main"].map((tag) => window.customElements.whenDefined(tag)),
  );
  for (const [tag, element] of Object.entries(elements)) {
    if (!window.customElements.get(tag)) {
      window.customElements.define(tag, element);
    }
  }
  loadStringsEarly();
}

/** Load the texts as soon as there is a connection: names in dialogs, and a faster first card. */
function loadStringsEarly(): void {
  const hass = currentHass();
  if (hass) {
    void loadStrings(hass);
  } else {
    setTimeout(loadStringsEarly, POLL_SECONDS * 1000);
  }
}
