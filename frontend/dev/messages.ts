/** Messages of the integration, as the contract has them, for the mock page and the tests. */
import type { Item, ServerSnapshot, Stream, TopRow } from "../src/contract";

export const ENTRY = "01JHARBOUR0000000000000000";
/** 30 November 2026, 21:00:00 UTC. */
export const NOW = 1_796_072_400;

const USERS: Record<string, number> = { juniper: 1, kestrel: 2, marlow: 3, tansy: 4, wren: 5, sorrel: 6 };

interface Short {
  id: string;
  title: string;
  user: string;
  player: string;
  product: string;
  minutes: number;
  position: number;
  bandwidth: number | null;
}

export function stream(short: Short, fields: Partial<Stream> = {}): Stream {
  const { id, title, user, player, product, minutes, position, bandwidth } = short;
  return {
    id,
    rating_key: id,
    type: "movie",
    title,
    year: 2029,
    season: null,
    episode: null,
    episode_title: null,
    artist: null,
    album: null,
    channel: null,
    airs_from: null,
    airs_until: null,
    taken_on: null,
    image: `poster-${title.replace(/\W/g, "")}`,
    image_shape: "poster",
    user: { name: user, slot: USERS[user] ?? 7, image: null },
    player,
    product,
    state: "playing",
    state_since: NOW - 300,
    started_at: NOW - 1800,
    position: position * 60,
    position_updated_at: NOW,
    duration: minutes * 60,
    method: "direct_play",
    hardware: false,
    buffer: null,
    speed: null,
    throttled: false,
    bandwidth,
    location: "lan",
    video: {
      decision: "direct",
      source: { resolution: "4K", codec: "hevc", range: "HDR10", interlaced: false },
      target: null,
    },
    audio: { decision: "direct", source: { codec: "truehd", channels: 8 }, target: null },
    container: { source: "mkv", target: null },
    subtitles: null,
    reasons: [],
    bandwidth_limit: null,
    terminable: true,
    ...fields,
  } as Stream;
}

const h264 = { resolution: "1080p", codec: "h264", range: null, interlaced: false };

export const almanac = stream(
  { id: "1", title: "The Amber Almanac", user: "marlow", player: "Living room", product: "TV app", minutes: 155, position: 47, bandwidth: 58400 },
  { year: 2031 },
);

export const estuary = stream(
  { id: "2", title: "The Drifting Estuary", user: "juniper", player: "Juniper’s phone", product: "Phone app", minutes: 140, position: 81, bandwidth: 3900 },
  {
    method: "transcode",
    hardware: true,
    buffer: 69,
    speed: 2.6,
    location: "wan",
    video: {
      decision: "transcode",
      source: { resolution: "4K", codec: "hevc", range: "HDR10", interlaced: false },
      target: { resolution: "720p", codec: "h264", range: null, interlaced: false },
    },
    audio: {
      decision: "transcode",
      source: { codec: "truehd", channels: 8 },
      target: { codec: "aac", channels: 2 },
    },
    container: { source: "mkv", target: "mp4" },
    reasons: ["bandwidth"],
    bandwidth_limit: 4000,
  },
);

export const cartwheel = stream(
  { id: "3", title: "Cartwheel Lane", user: "kestrel", player: "Study", product: "Web player", minutes: 58, position: 17, bandwidth: 4200 },
  {
    type: "episode",
    year: null,
    season: 1,
    episode: 5,
    episode_title: "Chapter 5",
    method: "direct_stream",
    buffer: 45,
    speed: 8,
    video: { decision: "copy", source: h264, target: null },
    audio: { decision: "copy", source: { codec: "aac", channels: 2 }, target: null },
    container: { source: "mkv", target: "mp4" },
    reasons: ["container"],
  },
);

export const causeway = stream(
  { id: "4", title: "The Hollow Causeway", user: "marlow", player: "Bedroom", product: "TV app", minutes: 120, position: 66, bandwidth: 11800 },
  {
    year: 2028,
    state: "paused",
    state_since: NOW - 740,
    video: { decision: "direct", source: h264, target: null },
    audio: { decision: "direct", source: { codec: "ac3", channels: 6 }, target: null },
  },
);

export const parade = stream(
  { id: "5", title: "The Button Parade", user: "kestrel", player: "Holiday cottage", product: "Stick", minutes: 110, position: 31, bandwidth: 8200 },
  {
    year: 2030,
    state: "buffering",
    state_since: NOW - 8,
    method: "transcode",
    buffer: 31,
    speed: 0.8,
    location: "relay",
    video: {
      decision: "transcode",
      source: { resolution: "1080p", codec: "hevc", range: null, interlaced: false },
      target: { resolution: "480p", codec: "h264", range: null, interlaced: false },
    },
    audio: { decision: "copy", source: { codec: "aac", channels: 2 }, target: null },
    subtitles: { decision: "burn", codec: "pgs", language: "English" },
    reasons: ["subtitles", "bandwidth"],
  },
);

export const rooted = stream(
  { id: "6", title: "Rooted, part 2", user: "tansy", player: "Desk", product: "Music app", minutes: 6, position: 3.4, bandwidth: 1100 },
  {
    type: "track",
    year: null,
    artist: "The Velvet Turnips",
    album: "Low Orchard",
    image_shape: "square",
    video: null,
    audio: { decision: "direct", source: { codec: "flac", channels: 2 }, target: null },
    container: { source: "flac", target: null },
  },
);

export const news = stream(
  { id: "7", title: "Harbour Evening News", user: "kestrel", player: "Kitchen", product: "TV app", minutes: 0, position: 0, bandwidth: 6000 },
  {
    type: "live",
    year: null,
    channel: "Channel 7",
    airs_from: NOW - 1200,
    airs_until: NOW + 600,
    started_at: NOW - 2280,
    image: null,
    position: null,
    duration: null,
    method: "transcode",
    video: {
      decision: "transcode",
      source: { resolution: "1080p", codec: "mpeg2video", range: null, interlaced: true },
      target: h264,
    },
    audio: { decision: "copy", source: { codec: "ac3", channels: 2 }, target: null },
    reasons: ["interlaced"],
  },
);

export const photo = stream(
  { id: "8", title: "Estuary walk", user: "tansy", player: "Kitchen tablet", product: "Web player", minutes: 0, position: 0, bandwidth: null },
  {
    type: "photo",
    year: null,
    taken_on: "2031-06-14",
    image_shape: "square",
    position: null,
    duration: null,
    video: null,
    audio: null,
    container: null,
    terminable: false,
  },
);

export const six = [almanac, estuary, cartwheel, causeway, parade, rooted];

const MORE = [
  "Paper Lighthouse", "A Quiet Tariff", "Salt & Signal", "Ninety Fathoms", "Hedgerow", "The Ivory Lantern",
  "Copperfen", "The Last Regatta", "Moss and Mortar", "Tidewrack", "Small Weather", "Orrery",
];
export const twenty: Stream[] = [
  ...six,
  news,
  photo,
  ...MORE.map((title, index) => {
    const base = [almanac, estuary, cartwheel][index % 3]!;
    const user = Object.keys(USERS)[index % 6]!;
    return {
      ...base,
      id: `2${index}`,
      title,
      image: `poster-${title.replace(/\W/g, "")}`,
      user: { name: user, slot: USERS[user]!, image: null },
      position: 600 + index * 240,
      bandwidth: 1200 + index * 2500,
      season: base.season && 1 + (index % 3),
    };
  }),
];

export function server(fields: Partial<ServerSnapshot> = {}): ServerSnapshot {
  return {
    entry_id: ENTRY,
    name: "Harbour",
    status: "ok",
    since: null,
    last_seen: null,
    next_try: null,
    error: null,
    entity_id: "binary_sensor.harbour_connected",
    may_retry: true,
    terminate: "allowed",
    last_played: null,
    streams: [],
    ...fields,
  };
}

export function item(title: string, fields: Partial<Item> = {}): Item {
  const key = title.replace(/\W/g, "");
  return {
    entry_id: ENTRY,
    rating_key: key,
    type: "movie",
    title,
    year: 2031,
    season: null,
    episode: null,
    episode_title: null,
    artist: null,
    album: null,
    image: `poster-${key}`,
    image_shape: "poster",
    added_at: NOW - 12_000,
    is_new: false,
    watched: false,
    unwatched: null,
    progress: null,
    remaining: null,
    is_next: false,
    summary:
      "A lamp maker’s daughter follows a trail of unsent letters across a drowned valley, one lit window at a time. What she finds at the last of them was never meant to be read, and the water is still rising.",
    facts: {
      duration: 6720,
      genres: ["Drama"],
      rating: 7.8,
      content_rating: "PG-13",
      resolution: "4K",
      range: "HDR10",
      audio_codec: "truehd",
      audio_channels: 8,
      bitrate: 58_400,
      size: 44_238_000_000,
      library: "Movies",
      server: "Harbour",
      directors: ["Ines Halloway"],
    },
    mark: "allowed",
    ...fields,
  };
}

const season = (title: string, season: number, episode: number, fields: Partial<Item> = {}): Item =>
  item(title, { type: "episode", season, episode, episode_title: "Chapter", year: null, ...fields });

export const recentlyAdded: Item[] = [
  item("The Amber Almanac"),
  season("Cartwheel Lane", 1, 6, { is_new: true, unwatched: 2 }),
  item("The Ivory Lantern", { is_new: true }),
  season("Paper Lighthouse", 3, 1, { unwatched: 7 }),
  item("Salt & Signal", { year: 2030 }),
  item("A Quiet Tariff", { year: 2027, watched: true }),
  season("Ninety Fathoms", 2, 9),
  item("The Last Regatta", { year: 2026, watched: true }),
  item("Tidewrack", { year: 2029 }),
  item("Orrery", { year: 2028, image: null }),
  item("Copperfen", { year: 2025 }),
];

export const onDeck: Item[] = [
  season("Cartwheel Lane", 1, 6, { progress: 0.34, remaining: 2280 }),
  item("The Hollow Causeway", { progress: 0.52, remaining: 3060 }),
  season("Ninety Fathoms", 2, 10, { is_next: true }),
  season("Copperfen", 4, 2, { progress: 0.88, remaining: 360 }),
  season("Small Weather", 2, 5, { is_next: true }),
  item("Orrery", { progress: 0.1, remaining: 5520 }),
  season("Paper Lighthouse", 3, 2, { is_next: true }),
  item("Tidewrack", { progress: 0.8, remaining: 1200 }),
  item("Salt & Signal", { progress: 0.05, remaining: 6600 }),
];

export const music: Item[] = [
  ["Low Orchard", "The Velvet Turnips"],
  ["Night Ferry", "Halden Quay"],
  ["Glass Meridian", "Oona Marsh"],
  ["Hedgerow", "The Velvet Turnips"],
  ["Slow Harbour", "Pale Antenna"],
].map(([title, artist], index) =>
  item(title!, {
    type: "album",
    artist: artist!,
    year: 2031,
    image_shape: "square",
    is_new: index === 0,
    facts: { genres: ["Folk"], library: "Music", server: "Harbour" },
  }),
);

export const libraries = [
  { id: "lib-movies", title: "Movies", type: "movie" },
  { id: "lib-tv", title: "TV", type: "show" },
  { id: "lib-music", title: "Music", type: "artist" },
];

const row = (id: string, name: string, fields: Partial<TopRow>): TopRow => ({
  id,
  name,
  type: "movie",
  entry_id: ENTRY,
  image: `poster-${name.replace(/\W/g, "")}`,
  image_shape: "poster",
  slot: null,
  plays: 1,
  duration: null,
  viewers: null,
  viewer: null,
  ...fields,
});

export const topTitles: TopRow[] = [
  row("t1", "Cartwheel Lane", { type: "show", plays: 31, duration: 64_800, viewers: 3 }),
  row("t2", "The Amber Almanac", { plays: 4, duration: 32_400, viewers: 4 }),
  row("t3", "Copperfen", { type: "show", plays: 14, duration: 28_800, viewers: 2 }),
  row("t4", "Low Orchard", { type: "album", plays: 112, duration: 25_200, viewer: "tansy", image_shape: "square" }),
  row("t5", "Ninety Fathoms", { type: "show", plays: 7, duration: 18_000, viewer: "kestrel" }),
];

export const topUsers: TopRow[] = [
  row("u1", "juniper", { type: "user", image: null, slot: 1, plays: 170, duration: 259_200 }),
  row("u2", "kestrel", { type: "user", image: null, slot: 2, plays: 112, duration: 172_800 }),
  row("u3", "marlow", { type: "user", image: null, slot: 3, plays: 76, duration: 122_400 }),
  row("u4", "tansy", { type: "user", image: null, slot: 4, plays: 55, duration: 79_200 }),
];
