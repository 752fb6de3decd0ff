/** The dialogs of a stream: details, and the confirmation before it is stopped. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { positionAt } from "./clock";
import type { Stream } from "./contract";
import {
  audioLine,
  containerLine,
  longReason,
  speedText,
  subtitlesLine,
  videoLine,
} from "./conversion";
import { closeDialog, dialog } from "./dialog";
import { formatClock, formatDuration, joined } from "./format";
import type { HomeAssistant } from "./home_assistant";
import { button, dotted, factList, failedText, type Text } from "./pieces";
import {
  art,
  contextTexts,
  meta,
  progressLine,
  stopProblem,
  whoLine,
  type RowContext,
} from "./stream_row";
import { t } from "./strings";

export interface StopRequest {
  _entryId: string;
  _stream: Stream;
  _isBusy?: boolean;
  _error?: string;
}

/** Return the facts about what is played and converted. */
export function streamFacts(
  hass: HomeAssistant,
  stream: Stream,
  now: number,
): [key: string, value: Text][] {
  const { video, method, type, duration, buffer } = stream;
  const position = type === "photo" ? null : positionAt(stream, now);
  const ahead = ((buffer ?? 0) / 100) * (duration ?? 0) - (position ?? 0);
  return [
    ["why", method !== "direct_play" && longReason(hass, stream)],
    [
      "video",
      joined([
        videoLine(stream),
        video?.decision === "transcode" && t(stream.hardware ? "hardware" : "software"),
      ]),
    ],
    ["audio", audioLine(stream)],
    ["subtitles", video && subtitlesLine(stream)],
    ["container", containerLine(stream)],
    [
      "transcoder",
      method === "transcode" &&
        joined([
          speedText(hass, stream),
          ahead > 0 && t("time_ahead", { duration: formatDuration(hass, ahead) }),
        ]),
    ],
    [
      "position",
      position !== null &&
        (duration == null
          ? formatClock(position)
          : t("position_of", {
              position: formatClock(position),
              duration: formatClock(duration),
            })),
    ],
  ];
}

export function detailsDialog(
  context: RowContext,
  stream: Stream,
  close: () => void,
): TemplateResult {
  const { _hass, _now, _stop } = context;
  const problem = stopProblem(context, stream);
  return dialog(
    stream.title,
    html`<div class="about">
        ${art(context, { ...stream, user: null }, "m")}
        <div class="grow">
          <div>${dotted(contextTexts(_hass, stream))}</div>
          <div>${whoLine(stream)}</div>
          ${progressLine(context, stream)} ${meta(context, stream)}
        </div>
      </div>
      ${factList(streamFacts(_hass, stream, _now))}
      ${problem === null
        ? nothing
        : html`<div class="actions">
            ${button(
              html`<ha-icon icon="mdi:stop-circle-outline"></ha-icon>${t("stop_stream")}`,
              () => _stop(stream),
              "danger quiet",
              Boolean(problem),
            )}
            <span>${problem}</span>
          </div>`}`,
    close,
  );
}

export function stopDialog(
  { _stream, _isBusy, _error = "" }: StopRequest,
  confirm: (message: string) => void,
  close: () => void,
): TemplateResult {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!_isBusy) {
      const { message } = event.target as unknown as { message: HTMLInputElement };
      confirm(message.value.trim());
    }
  };
  return dialog(
    t("stop_question"),
    html`<form @submit=${submit}>
      <div class="strong"><bdi>${_stream.title}</bdi></div>
      <div>${whoLine(_stream, null)}</div>
      <label class="field">
        <span
          >${t("stop_message", { user: _stream.user?.name ?? _stream.player ?? "" })}</span
        >
        <input name="message" dir="auto" autocomplete="off" maxlength="200" />
      </label>
      ${failedText(_error)}
      <div class="actions last">
        <button class="button plain" type="button" autofocus @click=${closeDialog}>
          ${t("cancel")}
        </button>
        <button class="button danger" aria-disabled=${Boolean(_isBusy)}>
          ${t("stop_stream")}
        </button>
      </div>
    </form>`,
    close,
    true,
  );
}
