import Camera from "./Camera.svelte";
import { open } from "./mount";

open(Camera);
