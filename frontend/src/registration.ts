/** Registration with Home Assistant's frontend. */
import { currentHass, type HomeAssistant } from "./home_assistant";

export type Elements = Record<string, CustomElementConstructor>;

interface Registry {
  customCards?: object[];
  customStrategies?: object[];
}

const DOCUMENTATION = "https://github.com/plex-pulse/plex-pulse#dashboard";

/** Cards for which the integration's entities are suggested, by the entity's key. */
const SUGGESTED: Record<string, string[]> = {
  "plex-pulse-streams": ["active_streams", "now_playing", "transcodes", "bandwidth", "viewers"],
  "plex-pulse-shelf": ["last_added", "library"],
  "plex-pulse-top": ["playback"],
};

const CARDS: [type: string, name: string, description: string][] = [
  ["plex-pulse-streams", "Plex streams", "Shows what is played now on your Plex servers."],
  ["plex-pulse-shelf", "Plex shelf", "Shows recently added items or On Deck with posters."],
  ["plex-pulse-top", "Plex top list", "Shows what was played most, and by whom."],
];

/** Return the translated text once texts are loaded, else the English one. */
function translated(key: string, english: string): string {
  return currentHass()?.localize(`component.plex_pulse.common.${key}`) || english;
}

function suggestion(type: string) {
  return (hass: HomeAssistant, entityId: string): object | null => {
    const entity = hass.entities?.[entityId];
    return entity?.platform === "plex_pulse" &&
      SUGGESTED[type]?.includes(entity.translation_key ?? "")
      ? { config: { type: `custom:${type}` } }
      : null;
  };
}

/**
 * List the strategy and the cards.
 *
 * Done while the module is evaluated: Home Assistant reads these lists when a dialog opens.
 */
export function register(target: Registry = window as Registry): void {
  (target.customStrategies ??= []).push({
    type: "plex-pulse",
    strategyType: "dashboard",
    name: "Plex Pulse",
    get description() {
      return translated(
        "strategy_description",
        "Streams, new titles, history and server health of your Plex servers.",
      );
    },
    documentationURL: DOCUMENTATION,
  });
  for (const [type, name, description] of CARDS) {
    const key = type.replace("plex-pulse-", "card_");
    (target.customCards ??= []).push({
      type,
      get name() {
        return translated(key, name);
      },
      get description() {
        return translated(`${key}_description`, description);
      },
      preview: true,
      documentationURL: DOCUMENTATION,
      getEntitySuggestion: suggestion(type),
    });
  }
}

/**
 * Define the elements in the registry that Home Assistant keeps.
 *
 * Its app bundle replaces `window.customElements` and `window.HTMLElement` while it loads, in
 * parallel with modules from `add_extra_js_url`. An element that was defined before is lost,
 * and a class that extends the former `HTMLElement` cannot be constructed any more. So wait
 * until Home Assistant's root element (or that of a cast device) is defined, and have the
 * classes extend the current `HTMLElement`.
 */
export async function defineElements(elements: Elements): Promise<void> {
  await Promise.race(
    ["home-assistant", "hc-main"].map((tag) => window.customElements.whenDefined(tag)),
  );
  for (const [tag, element] of Object.entries(elements)) {
    if (!window.customElements.get(tag)) {
      extendCurrentBase(element);
      window.customElements.define(tag, element);
    }
  }
}

function extendCurrentBase(element: object): void {
  const base = Object.getPrototypeOf(element) as { prototype?: object };
  // Both `HTMLElement`s share one prototype object.
  if (base.prototype === HTMLElement.prototype) {
    Object.setPrototypeOf(element, HTMLElement);
  } else {
    extendCurrentBase(base);
  }
}
