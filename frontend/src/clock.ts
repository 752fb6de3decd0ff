/** Where a stream is at a given moment, in seconds of the server's clock. */
import type { Stream } from "./contract";

export interface Progress {
  /** Fraction played, 0 to 1. */
  _played: number;
  /** Fraction converted so far, never less than what was played; null without conversion. */
  _buffered: number | null;
}

/** Return the position in seconds, null where there is none. */
export function positionAt(stream: Stream, now: number): number | null {
  const { position, position_updated_at: updatedAt, duration } = stream;
  if (position == null) {
    return null;
  }
  const elapsed = stream.state === "playing" && updatedAt != null ? now - updatedAt : 0;
  const current = Math.max(0, position + Math.max(0, elapsed));
  return duration == null ? current : Math.min(current, duration);
}

/** Return when a running stream ends, null where it does not run or has no end. */
export function endsAt(stream: Stream, now: number): number | null {
  const position = positionAt(stream, now);
  if (stream.state !== "playing" || position === null || stream.duration == null) {
    return null;
  }
  return now + Math.max(0, stream.duration - position);
}

/** Return what the bar shows, null where there is nothing to measure against. */
export function progressAt(stream: Stream, now: number): Progress | null {
  if (stream.type === "live") {
    return liveProgress(stream, now);
  }
  const position = positionAt(stream, now);
  if (position === null || !stream.duration) {
    return null;
  }
  const played = clamp(position / stream.duration);
  const buffered = stream.buffer == null ? null : Math.max(played, clamp(stream.buffer / 100));
  return { _played: played, _buffered: buffered };
}

/** Return how much of the programme has been broadcast. */
function liveProgress(stream: Stream, now: number): Progress | null {
  const { airs_from: from, airs_until: until } = stream;
  if (from == null || until == null || until <= from) {
    return null;
  }
  return { _played: clamp((now - from) / (until - from)), _buffered: null };
}

const clamp = (value: number): number => Math.min(1, Math.max(0, value));
