/** What the cards use of Home Assistant's frontend, and no more. */

export type Values = Record<string, string | number>;
export type LocalizeFunc = (key: string, values?: Values) => string;

export interface FrontendLocale {
  language: string;
  number_format?: string;
  time_format?: string;
  date_format?: string;
  time_zone?: string;
}

export interface EntityState {
  entity_id: string;
  state: string;
}

export interface EntityRegistryEntry {
  platform?: string;
  translation_key?: string;
}

export interface Connection {
  connected?: boolean;
  subscribeMessage(
    callback: (message: never) => void,
    message: object,
    options?: { resubscribe?: boolean },
  ): Promise<() => Promise<void> | void>;
  addEventListener(type: "ready" | "disconnected", callback: () => void): void;
  removeEventListener(type: "ready" | "disconnected", callback: () => void): void;
}

export interface HomeAssistant {
  language: string;
  locale: FrontendLocale;
  config: { time_zone: string; components?: string[]; state?: string };
  connection: Connection;
  states: Record<string, EntityState | undefined>;
  entities?: Record<string, EntityRegistryEntry | undefined>;
  devices?: unknown;
  areas?: unknown;
  floors?: unknown;
  user?: { is_admin: boolean; id?: string };
  localize: LocalizeFunc;
  loadBackendTranslation(category: string, integration: string): Promise<LocalizeFunc>;
  callWS<T>(message: object): Promise<T>;
  callService(
    domain: string,
    service: string,
    data: object,
    target?: object,
    notifyOnError?: boolean,
  ): Promise<unknown>;
  fetchWithAuth(path: string, init?: RequestInit): Promise<Response>;
}

/** A form element as `ha-form` takes it. */
export interface FormSchema {
  name: string;
  required?: boolean;
  default?: unknown;
  selector?: object;
  type?: "grid" | "expandable";
  schema?: FormSchema[];
}

export interface ConfigForm {
  schema: FormSchema[];
  computeLabel: (schema: FormSchema) => string;
  computeHelper: (schema: FormSchema) => string | undefined;
  assertConfig: (config: object) => void;
}

export interface GridOptions {
  columns: number | "full";
  rows: number | "auto";
  min_columns?: number;
}

/** Fire an event that Home Assistant's frontend listens for. */
export function fireEvent(target: EventTarget, type: string, detail?: unknown): void {
  target.dispatchEvent(new CustomEvent(type, { bubbles: true, composed: true, detail }));
}

/** Call an action of the integration; the card itself shows a failure. */
export const callAction = (hass: HomeAssistant, action: string, data: object): Promise<unknown> =>
  hass.callService("plex_pulse", action, data, undefined, false);

/** Open a page of Home Assistant without a reload. */
export function navigate(path: string): void {
  history.pushState(null, "", path);
  fireEvent(window, "location-changed", { replace: false });
}

/** Return the `hass` of the running frontend (or cast device), once there is one. */
export function currentHass(): HomeAssistant | undefined {
  return (document.querySelector("home-assistant,hc-main") as { hass?: HomeAssistant } | null)?.hass;
}
