/** All styles side by side: they compress better than each beside the code that uses it. */
import { dialog } from "./dialog";
import { image } from "./image";
import { shared } from "./shared";
import { shelf } from "./shelf";
import { streams } from "./streams";
import { top } from "./top";

export const STYLES = { image, dialog, shared, shelf, streams, top };
