import { beforeAll, describe, expect, test } from "vitest";
import { almanac, cartwheel, estuary, news, parade, photo, rooted } from "../dev/messages";
import { mockHass } from "../dev/mock_hass";
import {
  conversionLine,
  factChips,
  formatChannels,
  longReason,
  methodText,
  shortReason,
  subtitlesLine,
} from "../src/conversion";
import { loadStrings } from "../src/strings";

const hass = mockHass({});
beforeAll(() => loadStrings(hass));

describe("the line of what is converted", () => {
  test.each([
    ["a converted picture, from source to target", estuary, "4K HEVC HDR10 → 720p H.264"],
    ["direct play with its formats", almanac, "4K HEVC HDR10 · TrueHD 7.1"],
    ["a changed container", cartwheel, "1080p H.264 · MKV → MP4"],
    ["interlaced video", news, "1080i MPEG-2 → 1080p H.264"],
    ["music", rooted, "FLAC stereo"],
    ["nothing for a photo", photo, ""],
  ])("shows %s", (_, stream, line) => {
    expect(conversionLine(stream)).toBe(line);
  });

  test("shows the sound alone where only that is converted", () => {
    const video = { ...estuary.video!, decision: "copy" as const };
    expect(conversionLine({ ...estuary, video })).toBe("TrueHD 7.1 → AAC stereo");
  });

  test("leaves out what the server does not know", () => {
    expect(conversionLine({ ...estuary, video: null, audio: null })).toBe("");
    expect(
      conversionLine({ ...almanac, video: { decision: "direct", source: null }, audio: null }),
    ).toBe("");
  });
});

describe("the reason", () => {
  test.each([
    ["the bandwidth", estuary, "bandwidth limit"],
    ["the container by its name", cartwheel, "MKV not supported"],
    ["burned-in subtitles", parade, "subtitles burned in"],
    ["nothing for direct play", { ...almanac, reasons: ["bandwidth"] }, ""],
    ["nothing where none is known", { ...estuary, reasons: [] }, ""],
  ])("names %s", (_, stream, reason) => {
    expect(shortReason(stream)).toBe(reason);
  });

  test("names all of them, and the limit, in the details", () => {
    expect(longReason(hass, estuary)).toBe("bandwidth limit (4.0\u00a0Mbit/s)");
    expect(longReason(hass, parade)).toBe("subtitles burned in, bandwidth limit");
  });

  test("has words for a cause that a later version adds", () => {
    expect(shortReason({ ...estuary, reasons: ["frame_rate"] })).toBe("reason frame rate");
  });
});

test("hardware is named with the method", () => {
  expect(methodText(estuary)).toBe("Transcode · hw");
  expect(methodText(parade)).toBe("Transcode");
});

test("subtitles are named with what happens to them", () => {
  expect(subtitlesLine(parade)).toBe("English · PGS · burned in");
  expect(subtitlesLine(almanac)).toBe("None");
});

test.each([
  [null, ""],
  [1, "mono"],
  [2, "stereo"],
  [4, "4.0"],
  [6, "5.1"],
  [8, "7.1"],
])("%s channels are called %j", (channels, name) => {
  expect(formatChannels(channels)).toBe(name);
});

test("an item shows the formats that are known", () => {
  expect(factChips({ resolution: "4K", range: "HDR10", audio_codec: "eac3", audio_channels: 6 })).toEqual([
    "4K HDR10",
    "EAC3 5.1",
  ]);
  expect(factChips({})).toEqual([]);
});
