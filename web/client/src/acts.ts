/**
 * EDGE: do something by the service, and say in words when it was not done.
 */
import { inWords } from "./api";
import { toast } from "./parts/toasts.svelte";

/** Return whether `act` was done; `failure` ("Not approved.") opens the words that say why not. */
export async function attempt(failure: string, act: Promise<unknown>): Promise<boolean> {
  try {
    await act;
    return true;
  } catch (error) {
    toast(`${failure} ${inWords(error)}`, { tone: "bad" });
    return false;
  }
}
