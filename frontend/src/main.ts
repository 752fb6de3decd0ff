/** The one module that Home Assistant loads. */
import { elements } from "./elements";
import { defineElements, register } from "./registration";
import "./styles/all";

register();
// No top-level await: Home Assistant waits for the module's load event.
void defineElements(elements);
