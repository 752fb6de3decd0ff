/**
 * All styles side by side: they compress better than each beside the code that uses it, and
 * better at the end of the module than before the code.
 */
import { STYLES } from "../element";
import { image } from "./image";
import { shared } from "./shared";
import { shelf } from "./shelf";
import { top } from "./top";
import { streams } from "./streams";
import { dialog } from "./dialog";

Object.assign(STYLES, { image, dialog, shared, shelf, streams, top });
