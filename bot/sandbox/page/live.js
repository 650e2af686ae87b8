/**
 * Keeps the stream of events open for whoever the session is, and says when the sandbox is gone.
 */

import { eventsAddress, ignoreSilence } from "./api.js";

const RETRY_MILLISECONDS = 2000;

export function followEvents(session) {
  let source = null;
  let followed = null;
  let retry = 0;

  function open() {
    clearTimeout(retry);
    source?.close();
    followed = session.viewerId;
    source = new EventSource(eventsAddress(followed));
    source.addEventListener("open", () => catchUp(session));
    source.addEventListener("message", ({ data }) => session.takeEvent(JSON.parse(data)));
    source.addEventListener("error", () => lose(source));
  }

  function lose(lost) {
    session.setConnected(false);
    // The browser tries again by itself, except after an answer that was no stream.
    if (lost.readyState === EventSource.CLOSED) retry = setTimeout(open, RETRY_MILLISECONDS);
  }

  session.watch(["world"], () => {
    if (followed !== session.viewerId) open();
  });
  session.ending.signal.addEventListener("abort", () => {
    clearTimeout(retry);
    source.close();
  });
}

/** What happened before the stream stood, or while it was gone, is read as a whole. */
async function catchUp(session) {
  try {
    await session.readWorld();
    await session.readMessages();
    session.setConnected(true);
  } catch (error) {
    ignoreSilence(error);
  }
}
