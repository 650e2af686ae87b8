/**
 * What a person does: send a command, press a component, send a modal; and what the page shows of
 * the outcome.
 */

import * as api from "./api.js";
import { ApiError } from "./api.js";
import { sandboxNow } from "./clock.js";
import { openModal } from "./modal.js";
import { sentenceOf } from "./refusals.js";

const NO_RESPONSE = "The application did not respond";
// Quick answers come before this, and then nothing flickers.
const WAITING_SHOWN_AFTER_MILLISECONDS = 350;

/**
 * Sends a command and shows "Sending command…" until the bot answers; `target` is the user or
 * message of a context menu.
 */
export async function sendCommand(session, entry, options, target) {
  session.tell("acting");
  const waiting = showWaiting(session, entry);
  const body = {
    as: session.viewerId,
    channel: session.place.key,
    command: entry.path,
    options,
    application: entry.application.id,
    target,
  };
  const outcome = await attempt(session, () => api.sendCommand(body));
  waiting.end();
  const problem = problemOf(outcome);
  if (problem) showFailure(session, entry, problem);
  else takeOutcome(session, outcome);
}

/** Presses a button or sends a select's values; gives the sentence to show below, if it failed. */
export async function pressComponent(session, message, customId, values = []) {
  const body = { as: session.viewerId, message: message.id, custom_id: customId, values };
  const outcome = await attempt(session, () => api.pressComponent(body));
  const problem = problemOf(outcome);
  if (!problem) takeOutcome(session, outcome);
  return problem === NO_RESPONSE ? "This interaction failed" : problem;
}

/** Sends a modal's values; gives the sentence to show in it, if it failed. */
export async function submitModal(session, interaction, values) {
  const outcome = await attempt(session, () =>
    api.submitModal({ as: session.viewerId, interaction, values }),
  );
  const problem = problemOf(outcome);
  if (!problem) takeOutcome(session, outcome);
  return problem === NO_RESPONSE ? "Something went wrong. Try again." : problem;
}

// For an answer that comes when its reader is somebody else, or somewhere else, by now.
const LEFT = { outcome: "left", messages: [] };

async function attempt(session, call) {
  const { viewerId, place } = session;
  const outcome = await call().catch(refusedBySandbox);
  const stayed = session.viewerId === viewerId && session.place.key === place.key;
  return stayed ? outcome : LEFT;
}

function refusedBySandbox(error) {
  if (!(error instanceof ApiError)) throw error;
  return { outcome: "refused", messages: [], error: { code: 0, message: error.message } };
}

function problemOf({ outcome, error }) {
  if (outcome === "timeout") return NO_RESPONSE;
  if (outcome === "refused") return error ? sentenceOf(error) : NO_RESPONSE;
  return null;
}

function takeOutcome(session, { messages, modal, interaction }) {
  if (messages?.length) session.takeMessages(messages);
  if (modal) openModal(modal, session, (values) => submitModal(session, interaction, values));
}

/** A message that exists on this page alone. */
function localMessage(session, entry, content) {
  return {
    local: true,
    id: `local-${crypto.randomUUID()}`,
    after: session.messages.lastId(),
    channel_id: session.place.key,
    author: entry.application.user,
    content: "",
    timestamp: new Date(sandboxNow()).toISOString(),
    flags: 0,
    embeds: [],
    attachments: [],
    components: [],
    mentions: [],
    interaction_metadata: {
      type: 2,
      name: entry.path,
      command_type: entry.command.type,
      user: session.viewer.user,
    },
    ...content,
  };
}

function showWaiting(session, entry) {
  const { place } = session;
  const before = new Set(session.messages.ids());
  const message = localMessage(session, entry, { waiting: true });
  const timer = setTimeout(() => {
    // The bot's "thinking" message can be there already, and says the same.
    if (session.place.key === place.key && !isAnswered(session, before)) session.putLocal(message);
  }, WAITING_SHOWN_AFTER_MILLISECONDS);
  const end = () => {
    session.removeEventListener("messages", check);
    clearTimeout(timer);
    session.removeLocal(message.id);
  };
  const check = () => isAnswered(session, before) && end();
  session.addEventListener("messages", check);
  return { end };
}

/** Whether a message that answers this command has arrived since. */
function isAnswered(session, before) {
  return session.messages
    .list()
    .some(
      ({ id, local, interaction_metadata: metadata }) =>
        !local && !before.has(id) && metadata?.user?.id === session.viewerId,
    );
}

function showFailure(session, entry, problem) {
  session.putLocal(localMessage(session, entry, { failure: problem }));
}
