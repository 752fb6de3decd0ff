/** `custom:plex-pulse`: a dashboard whose layout the integration builds. */
import { html } from "lit/html.js";
import type { StrategyConfig } from "./config";
import { PulseElement } from "./element";
import { helper, label, readServers, strategySchema } from "./forms";
import { fireEvent, type FormSchema, type HomeAssistant } from "./home_assistant";
import { errorCode } from "./source";
import { t } from "./strings";

const REGISTRIES = ["entities", "devices", "areas", "floors", "language"] as const;

/** Shown while the layout cannot be read: the card has the states for it, and recovers alone. */
const FALLBACK = {
  views: [
    { title: "Plex Pulse", type: "panel", cards: [{ type: "custom:plex-pulse-streams" }] },
  ],
};

let hasFailed = false;

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
        ...(servers?.length && { servers }),
        ...(views?.length && { views }),
        ...(libraries?.length && { libraries }),
      });
      hasFailed = false;
      return dashboard;
    } catch (error) {
      if (errorCode(error) === "invalid_format") {
        throw error;
      }
      // The integration is not loaded yet, or Home Assistant restarts.
      hasFailed = true;
      return FALLBACK;
    }
  }

  /** Generate again when entities come and go, and when the integration is there at last. */
  static shouldRegenerate(
    _config: StrategyConfig,
    before: HomeAssistant,
    after: HomeAssistant,
  ): boolean {
    return (
      REGISTRIES.some((key) => before[key] !== after[key]) ||
      (hasFailed && before.config !== after.config)
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
        this._schema = strategySchema(servers);
        this._update();
      });
    }
    this._hass = hass;
  }

  readonly _changed = (event: CustomEvent<{ value: StrategyConfig }>): void => {
    event.stopPropagation();
    fireEvent(this, "config-changed", { config: event.detail.value });
  };

  render(): unknown {
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
  if (!window.customElements.get("ha-form")) {
    const helpers = await (window as Helpers).loadCardHelpers?.();
    const card = helpers?.createCardElement({ type: "entities", entities: [] });
    await (card?.constructor as EditorClass | undefined)?.getConfigElement?.();
  }
}
