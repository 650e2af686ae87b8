/** The faults that the sandbox can have: what each does, what one should see, and its fields. */

const ON = {
  name: "on",
  label: "On",
  choices: [
    ["any", "every request"],
    ["first_answer", "first answers to what people do"],
    ["choices", "suggestions while one types"],
    ["later_answer", "later answers: follow-ups and edits"],
    ["channel", "messages in channels"],
    ["other", "everything else"],
  ],
};
const TIMES = { name: "times", label: "Times", value: 1, least: 1, most: 1000, step: 1 };
const AFTER_WORK = { name: "after_work", label: "The work is done, only its answer suffers" };
const CODES = [
  [10062, "10062 Unknown interaction"],
  [40060, "40060 Already acknowledged"],
  [10008, "10008 Unknown message"],
  [10015, "10015 Unknown webhook"],
  [50001, "50001 Missing access"],
  [50013, "50013 Missing permissions"],
  [50027, "50027 Invalid webhook token"],
];

const seconds = (name, label, value, least = 0.01) => ({
  name,
  label,
  value,
  least,
  most: 600,
  step: "any",
});

/** In the order of the list; those of the gateway happen at once. */
export const FAULT_KINDS = [
  {
    name: "rate_limit",
    title: "Too many requests (429)",
    group: "Discord's answers",
    does: "Discord turns the bot away, says how long to wait, and does no work.",
    see: "The bot waits and asks again by itself: the answer comes late, and once.",
    fields: [
      seconds("retry_after_seconds", "Wait, in seconds", 1, 0.001),
      TIMES,
      ON,
      { name: "global", label: "For all of the bot's requests" },
    ],
  },
  {
    name: "server_error",
    title: "Server error (5xx)",
    group: "Discord's answers",
    does: "Discord answers that something broke on its side.",
    see: "The bot tries again or gives up politely; nothing is booked twice.",
    fields: [
      { name: "status", label: "Status", choices: [500, 502, 503, 504].map((one) => [one, one]) },
      TIMES,
      ON,
      AFTER_WORK,
    ],
  },
  {
    name: "narrow_limits",
    title: "Narrow rate limits",
    group: "Discord's answers",
    does: "Discord allows so few requests of each kind in so much time, until you disarm it.",
    see: "The bot waits before it asks, or is turned away, waits and asks again.",
    fields: [
      { name: "limit", label: "Requests", value: 1, least: 1, most: 1000 },
      seconds("per_seconds", "In so many seconds", 5, 0.1),
    ],
  },
  {
    name: "slow",
    title: "Slow answers",
    group: "Discord's answers",
    does: "Discord takes its time with what the bot asks.",
    see: "“Sending command…” stays; a first answer held for over 3 seconds fails.",
    fields: [seconds("seconds", "Seconds", 2), TIMES, ON, AFTER_WORK],
  },
  {
    name: "refuse",
    title: "Refused first answer",
    group: "Discord's answers",
    does: "Discord refuses what the bot answers, with the code you choose.",
    see: "“The application did not respond”. What was booked before stays booked.",
    fields: [
      { name: "code", label: "Code", choices: CODES },
      { ...ON, value: "first_answer" },
      TIMES,
    ],
  },
  {
    name: "late",
    title: "First answer too late",
    group: "Discord's answers",
    does: "The bot's first answer reaches Discord after its three seconds are over.",
    see: "“The application did not respond”. What was booked before stays booked.",
    fields: [TIMES],
  },
  {
    name: "deliver_twice",
    title: "Delivered twice",
    group: "What people do",
    does: "What you do next reaches the bot twice, under the same id.",
    see: "One answer and one booking.",
    fields: [TIMES],
  },
  {
    name: "deliver_late",
    title: "Delivered late",
    group: "What people do",
    does: "What you do next reaches the bot late, with little of its three seconds left.",
    see: "A bot that cares does no money work for it; nobody pays without an answer.",
    fields: [seconds("seconds", "Seconds", 2.7), TIMES],
  },
  {
    name: "drop",
    title: "Lost connection",
    group: "The bot's connection",
    isAtOnce: true,
    does: "The bot's connection breaks, and stays down as long as you say.",
    see: "The bot goes grey in the member list and comes back by itself.",
    fields: [
      { ...seconds("down_seconds", "Seconds down", 0, 0) },
      { name: "replay_events", label: "Events sent again", value: 0, least: 0, most: 100 },
      { name: "resumable", label: "The session can be resumed", value: true },
    ],
  },
  {
    name: "reconnect",
    title: "Asked to reconnect",
    group: "The bot's connection",
    isAtOnce: true,
    does: "Discord asks the bot to connect anew (opcode 7).",
    see: "The bot is back within moments and missed nothing.",
    fields: [],
  },
  {
    name: "invalid_session",
    title: "Session no longer valid",
    group: "The bot's connection",
    isAtOnce: true,
    does: "Discord declares the bot's session invalid (opcode 9).",
    see: "The bot logs in again within a few seconds.",
    fields: [{ name: "resumable", label: "The session can be resumed" }],
  },
];

export const findKind = (name) => FAULT_KINDS.find((kind) => kind.name === name);

// How each thing that an armed fault carries reads in the list.
const DETAILS = {
  down_seconds: (length) => `down for ${length} s`,
  limit: (limit) => `${limit} a request kind`,
  per_seconds: (length) => `in ${length} s`,
  status: (status) => `status ${status}`,
  code: (code) => `code ${code}`,
  retry_after_seconds: (wait) => `wait ${wait} s`,
  seconds: (held) => `${held} s`,
  on: (on) => `on ${ON.choices.find(([value]) => value === on)?.[1] ?? on}`,
  global: (isGlobal) => isGlobal && "for all requests",
  after_work: (isAfter) => isAfter && "after the work",
};

/** "status 500, on every request" of an armed fault. */
export function detailsOf(fault) {
  const parts = Object.entries(DETAILS).map(([name, tell]) => name in fault && tell(fault[name]));
  return parts.filter(Boolean).join(", ");
}

/** "2 times left", or until when a fault lasts that is not used up. */
export function timesLeft({ fault, times_left: left }) {
  if (left !== undefined) return `${left} ${left === 1 ? "time" : "times"} left`;
  return fault === "drop" ? "until it is over" : "until disarmed";
}
