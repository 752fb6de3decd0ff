/**
 * All elements, by tag.
 *
 * The module is smaller with the streams card last: similar code stands closer together.
 */
import { PlexPulseImage } from "./image";
import type { Elements } from "./registration";
import { PlexPulseShelfCard } from "./shelf_card";
import { PlexPulseStrategy, PlexPulseStrategyEditor } from "./strategy";
import { PlexPulseTopCard } from "./top_card";
import { PlexPulseStreamsCard } from "./streams_card";

export const elements: Elements = {
  "plex-pulse-image": PlexPulseImage,
  "plex-pulse-streams": PlexPulseStreamsCard,
  "plex-pulse-shelf": PlexPulseShelfCard,
  "plex-pulse-top": PlexPulseTopCard,
  "ll-strategy-dashboard-plex-pulse": PlexPulseStrategy,
  "plex-pulse-strategy-editor": PlexPulseStrategyEditor,
};
