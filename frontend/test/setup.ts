/** What the tests need of the browser that happy-dom does not have. */
import { elements } from "../src/elements";
import "../src/styles/all";

class HaCard extends HTMLElement {}

customElements.define("ha-card", HaCard);
for (const [tag, element] of Object.entries(elements)) {
  customElements.define(tag, element);
}
