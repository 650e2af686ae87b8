/**
 * The sandbox's clock, which can be ahead of this computer's: every time on the page is told by it.
 */

let aheadMilliseconds = 0;

/** Learns what time it is in the sandbox, as its state tells it. */
export function setSandboxTime(iso) {
  aheadMilliseconds = new Date(iso).getTime() - Date.now();
}

export const sandboxNow = () => Date.now() + aheadMilliseconds;
