import "../first-paint-list.css";
import "../first-paint.css";

import Viewer from "./Viewer.svelte";
import { open } from "./mount";

open(Viewer);
