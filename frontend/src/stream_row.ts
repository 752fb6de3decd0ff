/** The rows of the streams card. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { endsAt, progressAt } from "./clock";
import type { Rights, Stream } from "./contract";
import { conversionLine, methodText, shortReason, speedText } from "./conversion";
import { formatDate, formatDuration, formatMegabits, formatTime, MEGABITS } from "./format";
import type { HomeAssistant } from "./home_assistant";
import { picture, typeIcon } from "./image";
import { avatar, dotted, episodeText, progressBar } from "./pieces";
import { t } from "./strings";

export const METHOD_ICONS: Record<string, string> = {
  direct_play: "mdi:play",
  direct_stream: "mdi:package-variant",
  transcode: "mdi:cog-play-outline",
};
const PATH_ICONS: Record<string, string> = {
  wan: "earth",
  relay: "transit-connection-variant",
  cellular: "signal-cellular-3",
};
/** What has square pictures. */
const SQUARE = ["live", "track", "photo"];

export interface RowContext {
  _hass: HomeAssistant;
  _entryId: string;
  _now: number;
  _terminate: Rights | null | undefined;
  _open: (stream: Stream) => void;
  _stop: (stream: Stream) => void;
}

const methodIcon = (stream: Stream): string =>
  stream.hardware && stream.method === "transcode"
    ? "mdi:expansion-card-variant"
    : METHOD_ICONS[stream.method]!;

/** Return the details that distinguish items of one title: episode, artist, channel, year. */
export function contextTexts(hass: HomeAssistant, stream: Stream): string[] {
  const { type, channel, airs_from: from, airs_until: until, taken_on: taken } = stream;
  const texts: Record<string, unknown[]> = {
    episode: [episodeText(stream), stream.episode_title],
    track: [[stream.artist, stream.album].filter(Boolean).join(" — ")],
    live: [
      channel !== stream.title && channel,
      from && until && `${formatTime(hass, from)} – ${formatTime(hass, until)}`,
    ],
    photo: [t("photo"), taken && formatDate(hass, Date.parse(taken) / 1000)],
  };
  return (texts[type] ?? []).filter(Boolean) as string[];
}

/** Return "ends 21:47", "paused 12 min" ..., an empty text where no time is known. */
export function timeText(hass: HomeAssistant, stream: Stream, now: number): string {
  const { state, type, started_at: started, state_since: changed } = stream;
  const isPlaying = state === "playing";
  if (isPlaying && type !== "live") {
    const end = endsAt(stream, now);
    return end === null ? "" : t("ends_at", { time: formatTime(hass, end) });
  }
  const key = isPlaying ? "watching" : state;
  const from = isPlaying ? started : changed;
  return from == null ? t(key) : t(`${key}_for`, { duration: formatDuration(hass, now - from) });
}

export function art({ _hass, _entryId }: RowContext, stream: Stream, size: "s" | "m"): unknown {
  const { type, image } = stream;
  const shape = (image && stream.image_shape) || (SQUARE.includes(type) ? "square" : "");
  return html`<div class="art ${shape}">
    ${picture(_hass, _entryId, image, size, typeIcon(type))}
    ${stream.state === "playing"
      ? nothing
      : html`<span class="veil"
          >${stream.state === "paused"
            ? html`<ha-icon icon="mdi:pause"></ha-icon>`
            : html`<i class="ring"></i>`}</span
        >`}
    ${stream.user ? avatar(_hass, _entryId, stream.user) : nothing}
  </div>`;
}

function bar({ _hass, _now }: RowContext, stream: Stream): unknown {
  const progress = progressAt(stream, _now);
  return progress
    ? progressBar(
        _hass,
        progress,
        stream.state,
        timeText(_hass, stream, _now),
        t("progress_of", { title: stream.title }),
      )
    : nothing;
}

export const progressLine = (context: RowContext, stream: Stream): unknown =>
  stream.type === "photo"
    ? nothing
    : html`<div class="progress">
        ${bar(context, stream)}
        ${stream.type === "live" ? html`<span class="live"><i class="dot error"></i>${t("live")}</span>` : nothing}
        <span>${timeText(context._hass, stream, context._now)}</span>
      </div>`;

/** Return the line with method, bandwidth and path. */
export function meta({ _hass }: RowContext, stream: Stream): TemplateResult {
  const { bandwidth, location, method } = stream;
  return html`<div class="meta">
    <span class="chip ${method}">
      <ha-icon class="method" .icon=${methodIcon(stream)}></ha-icon>${methodText(stream)}
    </span>
    <span class="network">
      ${bandwidth == null
        ? nothing
        : html`<bdi dir="ltr"><b>${formatMegabits(_hass, bandwidth)}</b>${MEGABITS}</bdi>`}
      ${location
        ? html`<span
            ><ha-icon .icon=${`mdi:${PATH_ICONS[location] ?? "lan"}`}></ha-icon>${t(
              `path_${location}`,
            )}</span
          >`
        : nothing}
    </span>
  </div>`;
}

/** Return the button that opens the details, stretched over the row. */
const cover = ({ _open }: RowContext, stream: Stream): TemplateResult =>
  html`<button
    class="cover"
    aria-haspopup="dialog"
    aria-label=${t("details_of", { title: stream.title })}
    @click=${() => _open(stream)}
  ></button>`;

/** Return why a stream cannot be stopped, an empty text where it can, null without a button. */
export function stopProblem({ _terminate }: RowContext, stream: Stream): string | null {
  if (!_terminate || _terminate === "no_rights") {
    return null;
  }
  if (_terminate !== "allowed") {
    return t(`stop_${_terminate}`);
  }
  return stream.terminable === false ? t("stop_not_terminable") : "";
}

function stopButton(context: RowContext, stream: Stream): unknown {
  const problem = stopProblem(context, stream);
  return problem === null
    ? nothing
    : html`<button
        class="stop"
        aria-disabled=${Boolean(problem)}
        aria-haspopup="dialog"
        title=${problem || t("stop_stream")}
        aria-label=${`${t("stop_title", { title: stream.title })} ${problem}`}
        @click=${() => (problem ? context._open : context._stop)(stream)}
      >
        <ha-icon icon="mdi:stop-circle-outline"></ha-icon>
      </button>`;
}

const userName = ({ user }: Stream): TemplateResult | undefined =>
  user ? html`<span class="strong">${user.name}</span>` : undefined;

export const whoLine = (stream: Stream, product = stream.product): unknown =>
  dotted([userName(stream), stream.player, product !== stream.player && product]);

const title = (stream: Stream, more: unknown): TemplateResult =>
  html`<div class="name cut" dir="auto" title=${stream.title}>
    <bdi>${stream.title}</bdi>${more ? html`<span class="more"><bdi>${more}</bdi></span>` : nothing}
  </div>`;

export function comfortableRow(
  context: RowContext,
  stream: Stream,
  size: "s" | "m",
): TemplateResult {
  const texts = contextTexts(context._hass, stream);
  return html`${cover(context, stream)} ${art(context, stream, size)}
    <div class="grow">
      <div class="top">
        <div class="grow">
          ${title(stream, !texts.length && stream.year)}
          ${texts.length ? html`<div class="cut">${dotted(texts)}</div>` : nothing}
          <div class="cut">${whoLine(stream)}</div>
        </div>
        ${stopButton(context, stream)}
      </div>
      ${progressLine(context, stream)} ${meta(context, stream)}
      <div class="why">
        ${[
          [conversionLine(stream), "what"],
          [speedText(context._hass, stream), "what"],
          [shortReason(stream), "strong"],
        ].map(([text, kind]) =>
          text ? html`<span class=${kind}><bdi>${text}</bdi></span>` : nothing,
        )}
      </div>
    </div>`;
}

export function compactRow(context: RowContext, stream: Stream): TemplateResult {
  const { _hass, _now } = context;
  const { bandwidth, location } = stream;
  return html`${cover(context, stream)} ${art(context, stream, "s")}
    <div class="grow">
      ${title(stream, contextTexts(_hass, stream)[0] ?? stream.year)}
      <div class="cut">
        ${dotted([userName(stream), timeText(_hass, stream, _now), stream.player])}
      </div>
      ${bar(context, stream)}
    </div>
    <div class="end ${stream.method}">
      <ha-icon
        class="method"
        role="img"
        title=${methodText(stream)}
        .icon=${methodIcon(stream)}
      ></ha-icon>
      <b>${bandwidth == null ? "" : formatMegabits(_hass, bandwidth)}</b>
      <span>${location ? t(`path_${location}`) : ""}</span>
    </div>`;
}
