import Moderate from "./Moderate.svelte";
import { open } from "./mount";

open(Moderate);
