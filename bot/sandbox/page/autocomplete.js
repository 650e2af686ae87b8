/** Asks the bot what fits as one types: not at every key, and only the last question counts. */

import { ApiError, askAutocomplete } from "./api.js";
import { choiceCandidate } from "./option_values.js";

const PAUSE_MILLISECONDS = 150;
const NOTES = {
  asking: "Loading options…",
  nothing: "No options match.",
  failed: "The bot gave no options. Type on to ask again.",
};

/** The host is the command's entry: it knows the command, the place and the values so far. */
export function createAutocomplete(host, option) {
  let known = [];
  let pending = null;
  let abort = null;

  /**
   * Asks after a short pause; `offer` gets the candidates, unless a later question overtakes this
   * one.
   */
  function ask(text, offer) {
    cancel();
    abort = new AbortController();
    offer(known, known.length > 0 ? "" : NOTES.asking);
    const question = answer(text, offer, abort.signal).finally(() => {
      if (pending === question) pending = null;
    });
    pending = question;
  }

  async function answer(text, offer, signal) {
    await new Promise((resume) => setTimeout(resume, PAUSE_MILLISECONDS));
    if (signal.aborted) return;
    const found = await find(text, signal);
    if (signal.aborted) return;
    known = found ?? [];
    const note = found ? NOTES.nothing : NOTES.failed;
    offer(known, known.length > 0 ? "" : note);
  }

  /** The bot's candidates, or nothing when it did not answer. */
  async function find(text, signal) {
    const { session, command } = host;
    const body = {
      as: session.viewerId,
      channel: session.place.key,
      command: command.path,
      options: { ...host.readAll(), [option.name]: text },
      focused: option.name,
      application: command.application.id,
    };
    try {
      const { outcome, choices } = await askAutocomplete(body, signal);
      return outcome === "answered" ? choices.map(choiceCandidate) : null;
    } catch (error) {
      if (error instanceof ApiError || signal.aborted) return null;
      throw error;
    }
  }

  /** Forgets an open question: the field was left, or has its value. */
  function cancel() {
    abort?.abort();
  }

  return {
    ask,
    cancel,
    known: () => known,
    isAsking: () => pending !== null,
    settled: () => pending,
  };
}
