/** Data of a card: a subscription, or a command that is sent again when its response is old. */
import type { HomeAssistant } from "./home_assistant";

/** Seconds after which a command that failed is sent again; later every 60. */
const RETRY_SECONDS = [3, 10, 20, 40];
const REFRESH_SECONDS = 300;
const MIN_INTERVAL_SECONDS = 10;
const SETTLE_SECONDS = 2;
const LOADING_SECONDS = 5;

/** Return the code of what a command rejected with; a lost connection has none. */
export const errorCode = (error: unknown): string | undefined =>
  (error as { code?: string } | undefined)?.code;

export const errorMessage = (error: unknown): string =>
  (error as Partial<Error> | undefined)?.message ?? "";

/** What a source needs of its card. */
export interface SourceCard {
  /** There before the first request. */
  readonly _hass: HomeAssistant | undefined;
  /** Called after a response or a failure. */
  _update(): void;
}

export abstract class Source<Card extends SourceCard = SourceCard> {
  /** Code of the last failure, undefined after a success. */
  _error: string | undefined;
  _request: object | undefined;
  /** Counts the attempts, so that a late answer to an earlier one is dropped. */
  _attempt = 0;
  _failures = 0;
  _timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly _card: Card) {}

  /** Send a request; nothing happens if it is the same as before. */
  _set(request: object): void {
    if (JSON.stringify(request) !== JSON.stringify(this._request)) {
      if (!this._request) {
        this._card._hass!.connection.addEventListener("ready", this._restart);
      }
      this._request = request;
      this._restart();
    }
  }

  _close(): void {
    this._card._hass?.connection.removeEventListener("ready", this._restart);
    this._request = undefined;
    this._attempt += 1;
    clearTimeout(this._timer);
  }

  /** Send the request again at once: after a reconnect, or when the user presses Retry. */
  readonly _restart = (): void => {
    const attempt = ++this._attempt;
    clearTimeout(this._timer);
    if (!this._request) {
      return;
    }
    this._open(this._card._hass!, this._request, () => attempt === this._attempt).catch((error: unknown) => {
      if (attempt === this._attempt) {
        // A lost connection has no code: Home Assistant shows it itself.
        this._error = errorCode(error) ?? this._error;
        this._retry();
        this._card._update();
      }
    });
  };

  _retry(): void {
    this._schedule(RETRY_SECONDS[this._failures++] ?? 60);
  }

  _schedule(seconds: number): void {
    clearTimeout(this._timer);
    this._timer = setTimeout(this._restart, seconds * 1000);
  }

  /** Read again if a state shows that something changed. */
  _statesChanged(_before: HomeAssistant, _after: HomeAssistant): void {}

  /** Read again what grew old while the card was not on the screen. */
  _shown(): void {}

  abstract _open(
    hass: HomeAssistant,
    request: object,
    isCurrent: () => boolean,
  ): Promise<void>;
}

/** A subscription that survives lost connections and an integration that is not loaded. */
export class Subscription extends Source<SourceCard & { _received(message: never): void }> {
  _unsubscribe: (() => unknown) | undefined;

  override _close(): void {
    super._close();
    this._drop();
  }

  _drop(): void {
    const unsubscribe = this._unsubscribe;
    this._unsubscribe = undefined;
    // The connection that the subscription belonged to may be gone.
    void Promise.resolve(unsubscribe?.()).catch(() => undefined);
  }

  async _open(hass: HomeAssistant, request: object, isCurrent: () => boolean): Promise<void> {
    this._drop();
    const unsubscribe = await hass.connection.subscribeMessage(
      (message: never) => {
        if (isCurrent()) {
          this._error = undefined;
          this._card._received(message);
        }
      },
      request,
      // Done here: the library gives up where the command is unknown after a _restart.
      { resubscribe: false },
    );
    this._unsubscribe = unsubscribe;
    if (isCurrent()) {
      this._failures = 0;
    } else {
      this._drop();
    }
  }
}

export interface Refreshable {
  refresh_entities: string[];
  loading?: boolean | null;
  failed: unknown[];
}

/** A command whose response is read again when it may have changed. */
// The type is that of the response, which the subclasses of `PolledCard` name.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
export class PolledRequest<Response extends Refreshable> extends Source {
  _response: Response | undefined;
  _readAt = 0;

  /** Read again soon, at most every ten seconds. */
  _refresh(): void {
    const earliest = (this._readAt - Date.now()) / 1000 + MIN_INTERVAL_SECONDS;
    this._schedule(Math.max(SETTLE_SECONDS, earliest));
  }

  override _statesChanged(before: HomeAssistant, after: HomeAssistant): void {
    if (
      this._response?.refresh_entities.some(
        (id) => before.states[id]?.state !== after.states[id]?.state,
      )
    ) {
      this._refresh();
    }
  }

  override _shown(): void {
    if (this._readAt && Date.now() - this._readAt > REFRESH_SECONDS * 1000) {
      this._restart();
    }
  }

  async _open(hass: HomeAssistant, request: object, isCurrent: () => boolean): Promise<void> {
    if (this._readAt && document.hidden) {
      // Old at once, so that it is read when the page is shown.
      this._readAt = 1;
      return;
    }
    this._readAt = Date.now();
    const response = await hass.callWS<Response>(request);
    if (!isCurrent()) {
      return;
    }
    this._response = response;
    this._error = undefined;
    if (response.failed.length) {
      this._retry();
    } else {
      this._failures = 0;
      this._schedule(response.loading ? LOADING_SECONDS : REFRESH_SECONDS);
    }
    this._card._update();
  }
}
