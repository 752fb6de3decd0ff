/** The editors' forms; Home Assistant renders them. */
import {
  LAYOUTS,
  MAX_ITEMS,
  MEASURES,
  PERIODS,
  SHELF_LAYOUTS,
  SHELF_RULES,
  SOURCES,
  STREAMS_RULES,
  SUBJECTS,
  TOP_RULES,
  VIEWS,
  checkConfig,
  type ConfigRules,
} from "./config";
import type { ServerInfo } from "./contract";
import {
  currentHass,
  type ConfigForm,
  type FormSchema,
  type HomeAssistant,
} from "./home_assistant";
import { loadStrings, t } from "./strings";

interface Option {
  value: string;
  label: string;
}

/** Return the servers to choose from; none while they cannot be read. */
export async function readServers(hass: HomeAssistant | undefined): Promise<ServerInfo[]> {
  if (!hass) {
    return [];
  }
  await loadStrings(hass);
  try {
    return (await hass.callWS<{ servers: ServerInfo[] }>({ type: "plex_pulse/servers" })).servers;
  } catch {
    return [];
  }
}

const options = (prefix: string, values: string[]): Option[] =>
  values.map((value) => ({ value, label: t(prefix + value) }));

const select = (name: string, choices: Option[], multiple = false): FormSchema => ({
  name,
  selector: { select: { options: choices, multiple, mode: multiple ? "list" : "dropdown" } },
});

const flag = (name: string): FormSchema => ({ name, selector: { boolean: {} }, default: true });
const text = (name: string): FormSchema => ({ name, selector: { text: {} } });
const limit = (): FormSchema => ({
  name: "limit",
  selector: { number: { min: 1, max: MAX_ITEMS, mode: "box" } },
});

const serverOptions = (servers: ServerInfo[]): Option[] =>
  servers.map(({ entry_id: value, name: label }) => ({ value, label }));

/** Return the libraries, named with their server where there are several servers. */
function libraryOptions(servers: ServerInfo[]): Option[] {
  return servers.flatMap(({ name, libraries }) =>
    libraries.map(({ id, title }) => ({
      value: id,
      label: servers.length > 1 ? `${title} (${name})` : title,
    })),
  );
}

/** Offer the choice of servers only where there is one. */
const serversField = (servers: ServerInfo[]): FormSchema[] =>
  servers.length > 1 ? [select("servers", serverOptions(servers), true)] : [];

export const label = ({ name }: FormSchema): string => t(`editor_${name}`);
export const helper = ({ name }: FormSchema): string | undefined =>
  ["servers", "libraries", "views"].includes(name) ? t("editor_all_if_none") : undefined;

async function form(
  rules: ConfigRules,
  schema: (servers: ServerInfo[]) => FormSchema[],
): Promise<ConfigForm> {
  return {
    schema: schema(await readServers(currentHass())),
    computeLabel: label,
    computeHelper: helper,
    assertConfig: (config) => checkConfig(config, rules),
  };
}

export const streamsForm = (): Promise<ConfigForm> =>
  form(STREAMS_RULES, (servers) => [
    ...serversField(servers),
    text("title"),
    select("layout", options("layout_", LAYOUTS)),
    flag("show_on_deck"),
  ]);

export const shelfForm = (): Promise<ConfigForm> =>
  form(SHELF_RULES, (servers) => [
    select("source", options("", SOURCES)),
    ...serversField(servers),
    select("library", libraryOptions(servers)),
    text("title"),
    { name: "icon", selector: { icon: {} } },
    select("layout", options("layout_", SHELF_LAYOUTS)),
    limit(),
    flag("show_filter"),
  ]);

export const topForm = (): Promise<ConfigForm> =>
  form(TOP_RULES, (servers) => [
    select("by", options("top_", SUBJECTS)),
    select("period", options("period_", PERIODS)),
    select("measure", options("measure_", MEASURES)),
    ...serversField(servers),
    text("title"),
    limit(),
  ]);

export const strategySchema = (servers: ServerInfo[]): FormSchema[] => [
  ...serversField(servers),
  select("views", options("view_", VIEWS), true),
  select("libraries", libraryOptions(servers), true),
];
