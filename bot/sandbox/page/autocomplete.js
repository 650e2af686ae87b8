/** Asks the bot what fits as one types: not at every key, and only the last question counts. */

import { askAutocomplete } from "./api.js";
import { choiceCandidate } from "./option_values.js";

const PAUSE_MILLISECONDS = 150;

export function createAutocomplete({ session, command, readAll }, option) {
  let known = [];
  let pending = null;
  let abort = null;

  /** Asks after a short pause; `offer` gets the candidates, unless a later question overtakes this one. */
  function ask(text, offer) {
    abort?.abort();
    abort = new AbortController();
    const { signal } = abort;
    const question = find(text, signal).then(
      (found) => {
        if (signal.aborted) return;
        known = found;
        offer(found, found.length > 0 ? "" : "No options match.");
      },
      () => signal.aborted || offer([], "The bot gave no options. Type on to ask again."),
    );
    pending = question;
    question.finally(() => {
      if (pending === question) pending = null;
    });
    offer(known, known.length > 0 ? "" : "Loading options…");
    return question;
  }

  async function find(text, signal) {
    await new Promise((resume) => setTimeout(resume, PAUSE_MILLISECONDS));
    if (signal.aborted) return [];
    const options = { ...readAll(), [option.name]: text };
    const body = {
      as: session.viewerId,
      channel: session.place.key,
      command: command.path,
      options,
      focused: option.name,
      application: command.application.id,
    };
    const { outcome, choices } = await askAutocomplete(body, signal);
    if (outcome === "timeout" || outcome === "refused") throw new Error(outcome);
    return (choices ?? []).map(choiceCandidate);
  }

  /** Forgets an open question: the field was left, or has its value. */
  const cancel = () => abort?.abort();

  return {
    ask,
    cancel,
    known: () => known,
    isAsking: () => pending !== null,
    settled: () => pending,
  };
}
