/** `custom:plex-pulse-streams`: what is played now, on all servers. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { PlexPulseCard } from "./card";
import { STREAMS_RULES, type StreamsConfig } from "./config";
import type { Stream, StreamsEvent } from "./contract";
import { closeDialogs } from "./dialog";
import { list } from "./element";
import { configForm } from "./forms";
import { formatDuration, formatMegabits, formatMoment, joined, MEGABITS } from "./format";
import { callAction, fireEvent, navigate } from "./home_assistant";
import {
  bone,
  button,
  dotted,
  episodeText,
  factList,
  problemRow,
  retryButton,
  stateRow,
} from "./pieces";
import { Subscription, errorMessage } from "./source";
import { detailsDialog, stopDialog, streamFacts, type StopRequest } from "./stream_dialogs";
import { METHOD_ICONS, comfortableRow, compactRow, type RowContext } from "./stream_row";
import {
  applyEvent,
  sortedStreams,
  totals,
  type ServerState,
  type ServersState,
} from "./streams_state";
import { counted, t } from "./strings";

/** From this number on the rows are compact by themselves. */
const MIN_COMPACT_STREAMS = 9;
const RETRY_PAUSE_SECONDS = 5;

export class PlexPulseStreamsCard extends PlexPulseCard<StreamsConfig> {
  static override _styles = ["shared", "dialog", "streams"];
  readonly _rules = STREAMS_RULES;
  _servers: ServersState | undefined;
  _source = new Subscription(this);
  /** How far the server's clock is ahead of the browser's, in seconds. */
  _clockOffset = 0;
  _timer: ReturnType<typeof setInterval> | undefined;
  _opened: { _entryId: string; _id: string } | undefined;
  _stopRequest: StopRequest | undefined;
  _retried = new Set<string>();

  static getConfigForm = configForm(STREAMS_RULES);

  static getStubConfig(): object {
    return {};
  }

  _request(): object {
    const { servers } = this._config;
    return { type: "plex_pulse/streams/subscribe", servers: servers ?? undefined };
  }

  /** The server's time in epoch seconds. */
  get _now(): number {
    return Date.now() / 1000 + this._clockOffset;
  }

  _received(event: StreamsEvent): void {
    this._clockOffset = event.now - Date.now() / 1000;
    this._servers = applyEvent(this._servers, event);
    if (this._isOnScreen) {
      this._update();
    }
  }

  /** Keep one timer, and only while the card can be seen. */
  override _screenChanged(): void {
    clearInterval(this._timer);
    if (this._isOnScreen) {
      this._update();
      this._timer = setInterval(() => this._update(), 1000);
    }
  }

  _renderLoading(): TemplateResult {
    return html`<div class="state" role="status" aria-label=${t("loading")}>
        ${bone("36px", 36)}
        <div>${bone("84px", 12)}${bone("132px")}</div>
      </div>
      <ul class="rows" aria-hidden="true">
        ${[0, 1].map(
          () => html`<li><div class="row">
            <div class="art"><div class="skeleton"></div></div>
            <div class="grow">
              ${bone("55%", 12)}${bone("72%")}${bone("100%", 4)}${bone("96px", 22)}
            </div>
          </div></li>`,
        )}
      </ul>`;
  }

  _renderCard(): unknown {
    const { _error: error, _restart: restart } = this._source;
    const servers = [...(this._servers?.values() ?? [])];
    if (error) {
      return problemRow(error, "Plex", retryButton(restart));
    }
    if (!this._servers || (servers.length && servers.every(({ status }) => status === "loading"))) {
      return this._renderLoading();
    }
    const now = this._now;
    const lists = servers.map((server) => sortedStreams(server, now));
    const all = lists.flat();
    const isIdle = !all.length;
    const ready = servers.filter(({ status }) => status === "ok");
    return html`${all.length ? this._renderHeader(all) : nothing}
    ${isIdle && ready.length ? this._renderEmpty(ready) : nothing}
    ${servers.map((server, index) =>
      server.status === "ok"
        ? html`${servers.length > 1 && !isIdle ? this._renderServerName(server) : nothing}
          ${this._renderRows(server, lists[index]!, all.length)}`
        : this._renderProblem(server),
    )}
    ${servers.length ? nothing : problemRow("no_server", "")} ${this._renderDialogs()}`;
  }

  _renderServerName({ name, streams }: ServerState): TemplateResult {
    return html`<h3>
      <bdi>${name}</bdi><span>${counted("streams", streams.size)}</span>
    </h3>`;
  }

  _renderHeader(streams: Stream[]): TemplateResult {
    const {
      _count: count,
      _methods: methods,
      _bandwidth: bandwidth,
      _wan: wan,
      _path: path,
    } = totals(streams);
    const shown = Object.entries(METHOD_ICONS).filter(([method]) => methods[method]);
    const { title } = this._config;
    const number = counted("streams", count);
    return stateRow(
      "mdi:play-box-multiple",
      "active",
      html`<span aria-live="polite"
        ><bdi>${title ?? number}</bdi> ${title ? html`<span class="more"><bdi>${number}</bdi></span>` : nothing}</span
      >`,
      html`<span class="counts ${shown.length > 1 ? "" : "words"}"
        >${shown.map(
          ([method, icon]) =>
            html`<span title=${t(`method_${method}`)}
              ><ha-icon .icon=${icon}></ha-icon>${methods[method]}
              <span class="word">${t(`method_${method}`)}</span></span
            >`,
        )}</span
      >`,
      bandwidth
        ? html`<div class="sum">
            <div class="name">
              <bdi dir="ltr">${formatMegabits(this._hass, bandwidth)}${MEGABITS}</bdi>
            </div>
            ${path
              ? t(`path_${path}`)
              : html`<bdi>${t("bandwidth_wan", { bandwidth: formatMegabits(this._hass, wan) })}</bdi>`}
          </div>`
        : nothing,
    );
  }

  _renderRows(server: ServerState, streams: Stream[], total: number): unknown {
    const { layout = "auto" } = this._config;
    const isCompact = layout === "compact" || (layout === "auto" && total >= MIN_COMPACT_STREAMS);
    const isSingle = total === 1 && !isCompact;
    const context = this._context(server);
    return streams.length
      ? list(
          `rows ${isCompact ? "compact" : isSingle ? "single" : ""}`,
          t("streams_now", { name: server.name ?? "" }),
          streams,
          ({ id }) => id,
          (stream) =>
            html`<div class="row">
              ${isCompact
                ? compactRow(context, stream)
                : comfortableRow(context, stream, isSingle ? "m" : "s")}
              ${isSingle
                ? html`<div class="hero">
                    ${factList(streamFacts(this._hass, stream, context._now))}
                  </div>`
                : nothing}
            </div>`,
        )
      : nothing;
  }

  _context({ entry_id: _entryId, terminate: _terminate }: ServerState): RowContext {
    return {
      _hass: this._hass,
      _entryId,
      _now: this._now,
      _terminate,
      _open: ({ id: _id }) => {
        this._opened = { _entryId, _id };
        this._update();
      },
      _stop: (_stream) => this._setStop({ _entryId, _stream }),
    };
  }

  _renderEmpty(servers: ServerState[]): TemplateResult {
    const [last] = servers
      .flatMap(({ last_played: played }) => played ?? [])
      .sort((a, b) => b.at - a.at);
    return html`${stateRow(
      "mdi:play-circle",
      "",
      html`<span aria-live="polite">${t("nothing_is_playing")}</span>`,
      last &&
        dotted([
          t("last_played", { title: joined([last.title, episodeText(last)]) }),
          last.user,
          formatMoment(this._hass, last.at, this._now),
        ]),
    )}
    ${this._config.show_on_deck === false
      ? nothing
      : html`<plex-pulse-shelf
          .hass=${this._hass}
          .servers=${servers.map(({ entry_id: id }) => id)}
        ></plex-pulse-shelf>`}`;
  }

  /** Return the row of a server that has no streams to show, with what can be done about it. */
  _renderProblem(server: ServerState): TemplateResult {
    const { status, name = "", since, next_try: next, error, entry_id: id } = server;
    const now = this._now;
    if (status === "loading") {
      return problemRow("not_loaded", name);
    }
    if (status === "sign_in") {
      const signIn = (): void => navigate("/config/integrations/integration/plex_pulse");
      const isAdmin = this._hass.user?.is_admin;
      return problemRow("sign_in_required", name, isAdmin ? button(t("sign_in"), signIn) : nothing);
    }
    if (status !== "unavailable") {
      return problemRow(status, name);
    }
    return problemRow(
      "cannot_connect",
      name,
      server.may_retry && server.entity_id
        ? retryButton(() => this._retry(server), this._retried.has(id))
        : nothing,
      joined([
        error && error !== "cannot_connect" && t(`unavailable_${error}`),
        since != null &&
          t("unavailable_since", { time: formatMoment(this._hass, since, now) }),
        next != null &&
          next > now &&
          t("next_try_in", { duration: formatDuration(this._hass, next - now) }),
      ]),
    );
  }

  _retry({ entry_id: entryId, entity_id: entityId }: ServerState): void {
    const set = (change: "add" | "delete"): void => {
      this._retried[change](entryId);
      this._update();
    };
    set("add");
    setTimeout(() => set("delete"), RETRY_PAUSE_SECONDS * 1000);
    // What comes of it arrives through the subscription.
    void this._hass
      .callService("homeassistant", "update_entity", { entity_id: entityId })
      .catch(() => undefined);
  }

  _renderDialogs(): unknown {
    const { _opened: opened, _stopRequest: request } = this;
    const server = opened && this._servers?.get(opened._entryId);
    const stream = server?.streams.get(opened!._id);
    return html`${stream
      ? detailsDialog(this._context(server!), stream, () => {
          this._opened = undefined;
          this._update();
        })
      : nothing}
    ${request
      ? stopDialog(
          request,
          (message) => void this._terminate(request, message),
          () => this._setStop(undefined),
        )
      : nothing}`;
  }

  _setStop(request: StopRequest | undefined): void {
    this._stopRequest = request;
    this._update();
  }

  async _terminate(request: StopRequest, message: string): Promise<void> {
    const { _entryId, _stream } = request;
    const busy = { ...request, _isBusy: true, _error: "" };
    this._setStop(busy);
    try {
      await callAction(this._hass, "terminate_stream", {
        config_entry_id: _entryId,
        session_key: _stream.id,
        ...(message && { message }),
      });
    } catch (error) {
      // Where the dialog was closed meanwhile, there is no place to show it.
      if (this._stopRequest === busy) {
        this._setStop({ ...request, _error: errorMessage(error) });
      }
      return;
    }
    closeDialogs(this._root);
    fireEvent(this, "hass-notification", {
      message: t("stream_stopped", { title: _stream.title }),
    });
  }
}
