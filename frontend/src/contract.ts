/**
 * Messages between the browser and the integration.
 *
 * Times are epoch seconds of the server's clock, durations seconds, bandwidths kbit/s.
 */

export type ErrorCode = string;
export type Rights = "allowed" | "no_rights" | "plex_pass_missing" | "not_owner";
export type ImageShape = "poster" | "square" | "wide";
export type Method = "direct_play" | "direct_stream" | "transcode";
export type StreamState = "playing" | "paused" | "buffering";

export interface ServerInfo {
  entry_id: string;
  name: string;
  libraries: Library[];
}

export interface Library {
  id: string;
  title: string;
  type: string;
  entry_id?: string;
}

export interface StreamUser {
  name: string;
  slot?: number | null;
  image?: string | null;
}

export interface VideoFormat {
  resolution?: string | null;
  codec?: string | null;
  range?: string | null;
  interlaced?: boolean | null;
}

export interface AudioFormat {
  codec?: string | null;
  channels?: number | null;
}

export interface Conversion<Format> {
  decision: "direct" | "copy" | "transcode";
  source?: Format | null;
  target?: Format | null;
}

export interface Names {
  title: string;
  year?: number | null;
  season?: number | null;
  episode?: number | null;
  episode_title?: string | null;
  artist?: string | null;
  album?: string | null;
}

export interface Stream extends Names {
  id: string;
  type: string;
  channel?: string | null;
  airs_from?: number | null;
  airs_until?: number | null;
  taken_on?: string | null;
  image?: string | null;
  image_shape?: ImageShape | null;
  user?: StreamUser | null;
  player?: string | null;
  product?: string | null;
  state: StreamState;
  state_since?: number | null;
  started_at?: number | null;
  position?: number | null;
  position_updated_at?: number | null;
  duration?: number | null;
  method: Method;
  hardware?: boolean | null;
  buffer?: number | null;
  speed?: number | null;
  throttled?: boolean | null;
  bandwidth?: number | null;
  location?: "lan" | "wan" | "relay" | "cellular" | null;
  video?: Conversion<VideoFormat> | null;
  audio?: Conversion<AudioFormat> | null;
  container?: { source?: string | null; target?: string | null } | null;
  subtitles?: { decision: string; codec?: string | null; language?: string | null } | null;
  reasons?: string[] | null;
  bandwidth_limit?: number | null;
  terminable?: boolean | null;
}

export interface LastPlayed {
  title: string;
  season?: number | null;
  episode?: number | null;
  user?: string | null;
  at: number;
}

export type ServerStatus =
  | "ok"
  | "loading"
  | "unavailable"
  | "sign_in"
  | "no_permission"
  | "not_found";

export interface ServerFields {
  name?: string;
  status: ServerStatus;
  since?: number | null;
  last_seen?: number | null;
  next_try?: number | null;
  error?: string | null;
  entity_id?: string | null;
  may_retry?: boolean | null;
  terminate?: Rights | null;
  last_played?: LastPlayed | null;
}

export interface ServerSnapshot extends ServerFields {
  entry_id: string;
  streams?: Stream[];
}

export type TranscodeProgress = [
  buffer: number | null,
  speed: number | null,
  throttled: boolean,
];

export interface ServerChanges {
  set?: Partial<ServerFields>;
  add?: Stream[];
  change?: Record<string, Partial<Stream>>;
  remove?: string[];
  transcode?: Record<string, TranscodeProgress>;
}

export interface StreamsEvent {
  now: number;
  servers?: ServerSnapshot[];
  changes?: Record<string, ServerChanges>;
}

export interface Facts {
  duration?: number | null;
  genres?: string[] | null;
  rating?: number | null;
  content_rating?: string | null;
  resolution?: string | null;
  range?: string | null;
  video_codec?: string | null;
  audio_codec?: string | null;
  audio_channels?: number | null;
  bitrate?: number | null;
  size?: number | null;
  library?: string | null;
  server?: string | null;
  studio?: string | null;
  directors?: string[] | null;
  children?: number | null;
  last_viewed_at?: number | null;
}

export interface Item extends Names {
  entry_id: string;
  rating_key: string;
  type: string;
  image?: string | null;
  image_shape?: ImageShape | null;
  added_at?: number | null;
  is_new?: boolean | null;
  watched?: boolean | null;
  unwatched?: number | null;
  progress?: number | null;
  remaining?: number | null;
  is_next?: boolean | null;
  summary?: string | null;
  facts?: Facts | null;
  mark?: Rights | null;
}

export interface Failure {
  entry_id: string;
  name: string;
  error: ErrorCode;
}

export interface ShelfResponse {
  items: Item[];
  libraries: Library[];
  failed: Failure[];
  refresh_entities: string[];
}

export interface TopRow {
  id: string;
  name: string;
  type: string;
  library_type?: string | null;
  entry_id?: string | null;
  image?: string | null;
  image_shape?: ImageShape | null;
  slot?: number | null;
  plays: number;
  duration?: number | null;
  viewers?: number | null;
  viewer?: string | null;
}

export interface TopResponse {
  rows: TopRow[];
  measure: "plays" | "duration";
  since?: number | null;
  loading?: boolean | null;
  failed: Failure[];
  refresh_entities: string[];
}
