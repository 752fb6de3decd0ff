/** What the cards have in common: `hass`, texts, visibility. */
import { html, nothing } from "lit/html.js";
import { checkConfig, type CardConfig, type ConfigRules } from "./config";
import { PulseElement } from "./element";
import type { HomeAssistant } from "./home_assistant";
import type { Source } from "./source";
import { hasStrings, loadStrings } from "./strings";

export abstract class PlexPulseCard<Config extends CardConfig> extends PulseElement {
  abstract readonly _rules: ConfigRules;
  _config!: Config;
  _hass!: HomeAssistant;
  _isVisible = true;
  _observer: IntersectionObserver | undefined;

  abstract readonly _source: Source;
  /** Return the command that reads the data for the configuration. */
  abstract _request(): object;
  abstract _renderCard(): unknown;
  abstract _renderLoading(): unknown;

  setConfig(config: Config): void {
    checkConfig(config, this._rules);
    this._config = config;
    this._begin();
    this._update();
  }

  get hass(): HomeAssistant {
    return this._hass;
  }

  /** Home Assistant sets this with every change of any state: a render follows only if needed. */
  set hass(hass: HomeAssistant) {
    const before = this._hass;
    this._hass = hass;
    if (!before) {
      this._begin();
    } else if (before.states !== hass.states) {
      this._source._statesChanged(before, hass);
    }
    if (before?.locale !== hass.locale || before.user !== hass.user || !hasStrings(hass)) {
      this._update();
      void loadStrings(hass).then(() => this._update());
    }
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("visibilitychange", this._visibilityChanged);
    this._observer = new IntersectionObserver((entries) => {
      this._isVisible = entries.at(-1)!.isIntersecting;
      this._screenChanged();
    });
    this._observer.observe(this);
    this._begin();
  }

  disconnectedCallback(): void {
    document.removeEventListener("visibilitychange", this._visibilityChanged);
    this._observer?.disconnect();
    this._source._close();
    this._screenChanged();
  }

  readonly _visibilityChanged = (): void => this._screenChanged();

  /** Called when the card comes to the screen or leaves it, at least once for each. */
  _screenChanged(): void {
    if (this._isOnScreen) {
      this._source._shown();
    }
  }

  /** Return whether the card can be seen. */
  get _isOnScreen(): boolean {
    return this.isConnected && this._isVisible && !document.hidden;
  }

  _begin(): void {
    if (this.isConnected && this._config && this._hass) {
      this._source._set(this._request());
      this._screenChanged();
    }
  }

  _render(): unknown {
    return this._config && this._hass
      ? html`<ha-card
          >${hasStrings(this._hass) ? this._renderCard() : this._renderLoading()}</ha-card
        >`
      : nothing;
  }

  getCardSize(): number {
    return 5;
  }

  getGridOptions(): object {
    return { columns: "full", rows: "auto", min_columns: 6 };
  }
}
