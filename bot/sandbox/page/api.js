/** The sandbox's JSON API, one function a call. */

/** The server said no, with a sentence for the reader. */
export class ApiError extends Error {}

/** For a failed read that the next connection repeats; any other error is a defect of this page. */
export function ignoreSilence(error) {
  if (!(error instanceof ApiError)) throw error;
}

async function readAnswer(response) {
  const answer = await response.json().catch(() => null);
  if (response.ok && answer !== null) return answer;
  throw new ApiError(answer?.error ?? `The sandbox answered ${response.status}.`);
}

async function call(path, options) {
  try {
    return await readAnswer(await fetch(path, options));
  } catch (error) {
    // The browser's own word for "nobody answers"; whoever gave up waiting knows already.
    if (error instanceof TypeError)
      throw new ApiError("The sandbox does not answer. Is it still running?");
    throw error;
  }
}

function get(path, query = {}) {
  const search = new URLSearchParams(query).toString();
  return call(search ? `${path}?${search}` : path, { cache: "no-store" });
}

function post(path, body, signal) {
  const headers = { "Content-Type": "application/json" };
  return call(path, { method: "POST", headers, body: JSON.stringify(body), signal });
}

export const readState = () => get("/sandbox/state");

export const readMessages = (as, channel) => get("/sandbox/messages", { as, channel });

export const sendCommand = (body) => post("/sandbox/command", body);

export const askAutocomplete = (body, signal) => post("/sandbox/autocomplete", body, signal);

export const pressComponent = (body) => post("/sandbox/component", body);

export const submitModal = (body) => post("/sandbox/modal", body);

/** Buys a SKU; type 1 is a purchase, 4 one in test mode. Gives the entitlement. */
export const buy = (as, sku, type) => post("/sandbox/purchase", { as, sku, type });

/** What a person has bought of a bot, the oldest first. */
export const readPurchases = (as, application) => get("/sandbox/purchases", { as, application });

/** Takes an entitlement back, as Discord does when it gives the money back. */
export const refund = (as, entitlement) => post("/sandbox/refund", { as, entitlement });

/** Arms a fault or does it at once; gives `{armed}`. */
export const armFault = (body) => post("/sandbox/fault", body);

/** Moves the sandbox's clock forward; gives `{now, advanced_seconds}`. */
export const moveClock = (seconds) => post("/sandbox/clock", { advance_seconds: seconds });

/** The address of the stream of events for one person. */
export const eventsAddress = (as) => `/sandbox/events?${new URLSearchParams({ as })}`;
