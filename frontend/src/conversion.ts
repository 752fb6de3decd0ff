/** What a stream converts, in words: source to target, and the cause. */
import type { AudioFormat, Conversion, Facts, Stream, VideoFormat } from "./contract";
import { formatMegabits, formatNumber, joined, MEGABITS, type Context } from "./format";
import { t } from "./strings";

/** Names that are not the word in capitals. */
const NAMES: Record<string, string> = {
  h264: "H.264",
  vc1: "VC-1",
  mpeg2video: "MPEG-2",
  mpeg4: "MPEG-4",
  truehd: "TrueHD",
  dca: "DTS",
  "dca-ma": "DTS-HD",
  mpegts: "MPEG-TS",
};

/** Return a codec or container as people write it. */
export function formatName(word: string | null | undefined): string {
  return word ? (NAMES[word.toLowerCase()] ?? word.toUpperCase()) : "";
}

/** Return the layout of the channels; six and more have a subwoofer among them. */
export const formatChannels = (channels: number | null | undefined): string =>
  ["", t("audio_mono"), t("audio_stereo")][channels ?? 0] ??
  (channels! > 5 ? `${channels! - 1}.1` : `${channels!}.0`);

const words = (parts: (string | null | undefined)[]): string => parts.filter(Boolean).join(" ");

export function videoText(video: VideoFormat | null | undefined): string {
  const resolution = video?.interlaced ? video.resolution?.replace(/p$/, "i") : video?.resolution;
  return words([resolution, formatName(video?.codec), video?.range]);
}

export function audioText(audio: AudioFormat | null | undefined): string {
  return words([formatName(audio?.codec), formatChannels(audio?.channels)]);
}

/** Return "source → target", the source alone where nothing of it changes. */
function arrow(source: string, target: string): string {
  return source && target && source !== target ? `${source} → ${target}` : source || target;
}

function converted<Format>(
  stream: Conversion<Format> | null | undefined,
  text: (format: Format | null | undefined) => string,
): string {
  const source = text(stream?.source);
  return stream?.decision === "transcode" ? arrow(source, text(stream.target)) : source;
}

export const videoLine = (stream: Stream): string => converted(stream.video, videoText);
export const audioLine = (stream: Stream): string => converted(stream.audio, audioText);
export const containerLine = ({ container }: Stream): string =>
  arrow(formatName(container?.source), formatName(container?.target));

/**
 * Return the one line of a row: what is converted, else what is played.
 *
 * A transcode shows the converted streams alone, a direct stream the picture and the
 * change of container.
 */
export function conversionLine(stream: Stream): string {
  const video = videoLine(stream);
  const audio = audioLine(stream);
  if (stream.method === "transcode") {
    const changed = joined([
      stream.video?.decision === "transcode" && video,
      stream.audio?.decision === "transcode" && stream.video?.decision !== "transcode" && audio,
    ]);
    return changed || joined([video, audio]);
  }
  if (stream.method === "direct_stream") {
    return joined([video || audio, stream.container?.target && containerLine(stream)]);
  }
  return joined([video, audio]);
}

/** Return the causes in words, those that are known to the cards. */
function reasonTexts(stream: Stream): string[] {
  const container = formatName(stream.container?.source);
  const codecs: Record<string, string> = {
    container,
    video_codec: formatName(stream.video?.source?.codec),
    audio_codec: formatName(stream.audio?.source?.codec),
  };
  return (stream.reasons ?? []).map((reason) => {
    const codec = codecs[reason];
    if (codec) {
      return t("reason_not_supported", { format: codec });
    }
    if (reason === "subtitles" && stream.subtitles?.decision === "burn") {
      return t("reason_subtitles_burned_in");
    }
    return t(`reason_${reason}`);
  });
}

/** Return the strongest cause, an empty text where none is known. */
export function shortReason(stream: Stream): string {
  return stream.method === "direct_play" ? "" : (reasonTexts(stream)[0] ?? "");
}

/** Return all causes, with the limit where one is known. */
export function longReason(context: Context, stream: Stream): string {
  const reasons = reasonTexts(stream);
  const limit = stream.bandwidth_limit;
  if (limit && reasons.length) {
    reasons[0] = `${reasons[0]!} (${formatMegabits(context, limit)}${MEGABITS})`;
  }
  return reasons.join(", ");
}

export function methodText(stream: Stream): string {
  const method = t(`method_${stream.method}`);
  return stream.method === "transcode" && stream.hardware
    ? joined([method, t("hardware_short")])
    : method;
}

/** Return how fast the conversion is, an empty text where there is none. */
export function speedText(context: Context, { method, throttled, speed }: Stream): string {
  if (method !== "transcode") {
    return "";
  }
  return throttled ? t("throttled") : speed ? `${formatNumber(context, speed, 1)}×` : "";
}

export function subtitlesLine({ subtitles }: Stream): string {
  if (!subtitles) {
    return t("none");
  }
  const burned = subtitles.decision === "burn" && t("subtitles_burned_in");
  return joined([subtitles.language, formatName(subtitles.codec), burned]);
}

/** Return the formats of an item, as chips show them. */
export function factChips(facts: Facts): string[] {
  return [
    words([facts.resolution, facts.range]),
    formatName(facts.video_codec),
    audioText({ codec: facts.audio_codec, channels: facts.audio_channels }),
  ].filter(Boolean);
}
