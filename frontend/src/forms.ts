/** The editors' forms, made of the rules of a configuration; Home Assistant renders them. */
import { MAX_ITEMS, checkConfig, type ConfigRules } from "./config";
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

/** What the texts of a field's words begin with, where it is not the name of the field. */
const PREFIXES: Record<string, string> = { source: "", by: "top_", views: "view_" };

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

/** Return whether a field takes several values: those have their name in the plural. */
const isPlural = (name: string): boolean => name.endsWith("s");

/** Return the choices of a field, none where any value can be typed. */
function options(name: string, rule: ConfigRules[string], servers: ServerInfo[]): Option[] | false {
  if (name === "servers") {
    return servers.map(({ entry_id: value, name: label }) => ({ value, label }));
  }
  if (name.startsWith("librar")) {
    return servers.flatMap(({ name: server, libraries }) =>
      libraries.map(({ id, title }) => ({
        value: id,
        label: servers.length > 1 ? `${title} (${server})` : title,
      })),
    );
  }
  const prefix = PREFIXES[name] ?? `${name}_`;
  return Array.isArray(rule) && rule.map((value) => ({ value, label: t(prefix + value) }));
}

/** Return a field for each rule; servers are offered only where there is a choice. */
export const formSchema = (rules: ConfigRules, servers: ServerInfo[]): FormSchema[] =>
  Object.entries(rules)
    .filter(([name]) => name !== "servers" || servers.length > 1)
    .map(([name, rule]) => {
      const choices = options(name, rule, servers);
      const multiple = isPlural(name);
      return {
        name,
        // The kinds of values are Home Assistant's selectors of that name.
        selector: choices
          ? { select: { options: choices, multiple, mode: multiple ? "list" : "dropdown" } }
          : {
              [name === "icon" ? name : (rule as string)]:
                rule === "number" ? { min: 1, max: MAX_ITEMS, mode: "box" } : {},
            },
        ...(rule === "boolean" && { default: true }),
      };
    });

export const label = ({ name }: FormSchema): string => t(`editor_${name}`);
export const helper = ({ name }: FormSchema): string | undefined =>
  isPlural(name) ? t("editor_all_if_none") : undefined;

/** Return the function that makes the form of a card. */
export const configForm = (rules: ConfigRules) => async (): Promise<ConfigForm> => ({
  schema: formSchema(rules, await readServers(currentHass())),
  computeLabel: label,
  computeHelper: helper,
  assertConfig: (config) => checkConfig(config, rules),
});
