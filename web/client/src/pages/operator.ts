import Operator from "./Operator.svelte";
import { open } from "./mount";

open(Operator);
