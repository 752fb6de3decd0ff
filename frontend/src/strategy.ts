/** `custom:plex-pulse`: a dashboard whose layout the integration builds. */
import { html } from "lit/html.js";
import { STRATEGY_RULES, type StrategyConfig } from "./config";
import { PulseElement } from "./element";
import { formSchema, helper, label, readServers } from "./forms";
import { fireEvent, type FormSchema, type HomeAssistant } from "./home_assistant";
import { errorCode } from "./source";
import { t } from "./strings";

/** What the layout is made of. */
const SOURCES = ["entities", "devices", "language"] as const;
/** Seconds after which a layout that could not be read is read again. */
const RETRY_SECONDS = 5;

/** Shown while the layout cannot be read: the card has the states for it, and recovers alone. */
const FALLBACK = {
  views: [
    { title: "Plex Pulse", type: "panel", cards: [{ type: "custom:plex-pulse-streams" }] },
  ],
};

/** When the layout could not be read, 0 after it could. */
let failedAt = 0;

export class PlexPulseStrategy extends HTMLElement {
  static getCreateSuggestions(): object {
    return { title: "Plex Pulse", icon: "mdi:pulse" };
  }

  static async generate(config: StrategyConfig, hass: HomeAssistant): Promise<object> {
    const { servers, views, libraries } = config;
    try {
      const dashboard = await hass.callWS<object>({
        type: "plex_pulse/dashboard",
        language: hass.language,
        servers: servers ?? undefined,
        views: views ?? undefined,
        libraries: libraries ?? undefined,
      });
      failedAt = 0;
      return dashboard;
    } catch (error) {
      if (errorCode(error) === "invalid_format") {
        throw error;
      }
      // The integration is not loaded yet, or Home Assistant restarts.
      failedAt = Date.now();
      return FALLBACK;
    }
  }

  /** Generate again when entities come and go, and with any state after a failure. */
  static shouldRegenerate(
    _config: StrategyConfig,
    before: HomeAssistant,
    after: HomeAssistant,
  ): boolean {
    return (
      SOURCES.some((key) => before[key] !== after[key]) ||
      (failedAt > 0 && Date.now() - failedAt > RETRY_SECONDS * 1000)
    );
  }

  static getConfigElement(): HTMLElement {
    return document.createElement("plex-pulse-strategy-editor");
  }
}

/** The strategy's editor: servers, views and libraries. */
export class PlexPulseStrategyEditor extends PulseElement {
  _config: StrategyConfig | undefined;
  _hass: HomeAssistant | undefined;
  _schema: FormSchema[] | undefined;

  setConfig(config: StrategyConfig): void {
    this._config = config;
    this._update();
  }

  set hass(hass: HomeAssistant) {
    if (!this._hass) {
      void Promise.all([readServers(hass), loadForm()]).then(([servers]) => {
        this._schema = formSchema(STRATEGY_RULES, servers);
        this._update();
      });
    }
    this._hass = hass;
  }

  readonly _changed = (event: CustomEvent<{ value: StrategyConfig }>): void => {
    event.stopPropagation();
    fireEvent(this, "config-changed", { config: event.detail.value });
  };

  _render(): unknown {
    return this._schema
      ? html`<ha-form
          .hass=${this._hass}
          .data=${this._config}
          .schema=${this._schema}
          .computeLabel=${label}
          .computeHelper=${helper}
          @value-changed=${this._changed}
        ></ha-form>`
      : html`<p role="status">${t("loading")}</p>`;
  }
}

interface Helpers {
  loadCardHelpers?: () => Promise<{ createCardElement(config: object): HTMLElement }>;
}

interface EditorClass {
  getConfigElement?: () => Promise<HTMLElement>;
}

/** Have Home Assistant load its form element, which it does with the first card editor. */
async function loadForm(): Promise<void> {
  const helpers = await (window as Helpers).loadCardHelpers?.();
  const card = helpers?.createCardElement({ type: "entities", entities: [] });
  await (card?.constructor as EditorClass | undefined)?.getConfigElement?.();
}
