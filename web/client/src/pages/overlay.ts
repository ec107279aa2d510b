import Overlay from "./Overlay.svelte";
import { open } from "./mount";

open(Overlay);
