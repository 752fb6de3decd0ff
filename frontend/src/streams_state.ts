/** The streams of all servers, as the last snapshot and the changes since make them. */
import { endsAt } from "./clock";
import type { ServerChanges, ServerFields, Stream, StreamsEvent } from "./contract";

export interface ServerState extends ServerFields {
  entry_id: string;
  streams: Map<string, Stream>;
}

export type ServersState = Map<string, ServerState>;

/** Return the state after an event; servers and streams without a change stay the same objects. */
export function applyEvent(
  state: ServersState | undefined,
  event: StreamsEvent,
): ServersState | undefined {
  if (event.servers) {
    return new Map(
      event.servers.map(({ streams = [], ...server }) => [
        server.entry_id,
        { ...server, streams: new Map(streams.map((stream) => [stream.id, stream])) },
      ]),
    );
  }
  if (!state || !event.changes) {
    return state;
  }
  const next = new Map(state);
  for (const [entryId, changes] of Object.entries(event.changes)) {
    const server = next.get(entryId);
    if (server) {
      next.set(entryId, applyChanges(server, changes));
    }
  }
  return next;
}

function applyChanges(server: ServerState, changes: ServerChanges): ServerState {
  const streams = new Map(server.streams);
  const update = (id: string, fields: Partial<Stream>): void => {
    const stream = streams.get(id);
    if (stream) {
      streams.set(id, { ...stream, ...fields, id });
    }
  };
  for (const id of changes.remove ?? []) {
    streams.delete(id);
  }
  for (const stream of changes.add ?? []) {
    streams.set(stream.id, stream);
  }
  for (const [id, fields] of Object.entries(changes.change ?? {})) {
    update(id, fields);
  }
  for (const [id, [buffer, speed, throttled]] of Object.entries(changes.transcode ?? {})) {
    update(id, { buffer, speed, throttled });
  }
  return { ...server, ...changes.set, entry_id: server.entry_id, streams };
}

const GROUPS: Record<string, number> = { playing: 0, buffering: 2, paused: 3 };

/**
 * Return the streams in the order they are shown: playing by their end, without an end,
 * buffering, paused, photos. The end counts by the minute: a row must not move because a
 * position was corrected by a second.
 */
export function sortedStreams(server: ServerState, now: number): Stream[] {
  const rank = (stream: Stream): [number, number] => {
    if (stream.type === "photo") {
      return [4, 0];
    }
    const end = endsAt(stream, now);
    return end === null
      ? [stream.state === "playing" ? 1 : (GROUPS[stream.state] ?? 1), 0]
      : [0, Math.round(end / 60)];
  };
  return [...server.streams.values()].sort((a, b) => {
    const [group, end] = rank(a);
    const [otherGroup, otherEnd] = rank(b);
    return group - otherGroup || end - otherEnd || a.id.localeCompare(b.id);
  });
}

export interface Totals {
  _count: number;
  _methods: Record<string, number>;
  /** kbit/s of all streams, and of those outside the local network. */
  _bandwidth: number;
  _wan: number;
  /** The one path that all streams take, null where they differ or it is unknown. */
  _path: string | null;
}

export function totals(streams: Stream[]): Totals {
  const methods: Record<string, number> = {};
  const paths = new Set<string | null | undefined>();
  let bandwidth = 0;
  let wan = 0;
  for (const { method, bandwidth: rate, location } of streams) {
    methods[method] = (methods[method] ?? 0) + 1;
    bandwidth += rate ?? 0;
    wan += location && location !== "lan" ? (rate ?? 0) : 0;
    paths.add(location);
  }
  const [path] = paths;
  return {
    _count: streams.length,
    _methods: methods,
    _bandwidth: bandwidth,
    _wan: wan,
    _path: (paths.size === 1 && path) || null,
  };
}
