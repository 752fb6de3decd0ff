/** Some texts in other languages, enough to see lengths and directions. */

export const GERMAN: Record<string, string> = {
  streams_one: "{count} Stream",
  streams_other: "{count} Streams",
  method_direct_play: "Direktwiedergabe",
  method_direct_stream: "Direkter Stream",
  method_transcode: "Transkodierung",
  hardware_short: "HW",
  ends_at: "endet um {time}",
  paused_for: "pausiert seit {duration}",
  buffering_for: "puffert seit {duration}",
  watching_for: "läuft seit {duration}",
  bandwidth_wan: "{bandwidth} über WAN",
  reason_bandwidth: "Bandbreitenbegrenzung",
  reason_subtitles_burned_in: "eingebrannte Untertitel",
  reason_not_supported: "{format} wird nicht unterstützt",
  nothing_is_playing: "Es wird nichts wiedergegeben",
};

export const HEBREW: Record<string, string> = {
  streams_one: "{count} זרם",
  streams_other: "{count} זרמים",
  ends_at: "מסתיים ב־{time}",
  reason_bandwidth: "מגבלת רוחב פס",
  reason_not_supported: "{format} לא נתמך",
  season_short: "עונה {season}",
  episode_short: "פרק {episode}",
  recently_added: "נוספו לאחרונה",
  all: "הכל",
  top_user: "הצופים המובילים",
};
