import Room from "./Room.svelte";
import { open } from "./mount";

open(Room);
