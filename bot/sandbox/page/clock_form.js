/** The sandbox's clock: what time it is there, how far it was moved, and buttons to move it on. */

import { ApiError, moveClock } from "./api.js";
import { sandboxNow } from "./clock.js";
import { conditions } from "./conditions.js";
import { element, replaceChildren, uniqueId } from "./elements.js";
import { formatTime } from "./times.js";

const TICK_MILLISECONDS = 500;
const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 60 * MINUTE_SECONDS;
const DAY_SECONDS = 24 * HOUR_SECONDS;
const STEPS = [
  ["+1 min", MINUTE_SECONDS],
  ["+15 min", 15 * MINUTE_SECONDS],
  ["+1 hour", HOUR_SECONDS],
  ["+1 day", DAY_SECONDS],
  ["+30 days", 30 * DAY_SECONDS],
];
const UNITS = [
  ["day", DAY_SECONDS],
  ["hour", HOUR_SECONDS],
  ["minute", MINUTE_SECONDS],
  ["second", 1],
];

export function mountClockForm() {
  const now = element("time", { class: "sandbox-now", data: { sandboxNow: "" } });
  const moved = element("p", { class: "clock-moved", data: { clockMoved: "" } });
  const problem = element("p", { class: "form-problem", role: "alert" });
  const said = element("p", { class: "form-said", role: "status" });

  function draw() {
    tick(now);
    const { advancedSeconds } = conditions;
    moved.textContent = advancedSeconds
      ? `${duration(advancedSeconds)} ahead of this computer`
      : "Not moved: it is this computer's time";
  }

  async function move(seconds) {
    const wrong = await attempt(seconds);
    replaceChildren(problem, wrong);
    replaceChildren(said, !wrong && `Moved ${duration(seconds)} forward.`);
  }

  conditions.addEventListener("change", draw);
  setInterval(() => conditions.isPanelOpen && tick(now), TICK_MILLISECONDS);
  draw();
  return element(
    "div",
    { class: "clock-form" },
    now,
    moved,
    drawSteps(move),
    drawFreeMove(move),
    said,
    problem,
  );
}

function tick(node) {
  const date = new Date(sandboxNow());
  const text = `${formatTime(date, "D")}, ${formatTime(date, "T")}`;
  if (node.textContent !== text) node.textContent = text;
  node.dateTime = date.toISOString();
}

async function attempt(seconds) {
  try {
    conditions.takeClock(await moveClock(seconds));
    return null;
  } catch (error) {
    if (error instanceof ApiError) return error.message;
    throw error;
  }
}

function drawSteps(move) {
  const buttons = STEPS.map(([label, seconds]) =>
    element("button", { type: "button", class: "button", onclick: () => move(seconds) }, label),
  );
  const attributes = { class: "steps", role: "group", "aria-label": "Move the clock forward" };
  return element("div", attributes, buttons);
}

function drawFreeMove(move) {
  const [amountId, unitId] = [uniqueId("amount"), uniqueId("unit")];
  const amount = element("input", {
    id: amountId,
    type: "number",
    min: "0.001",
    step: "any",
    value: "7",
    required: true,
  });
  const options = UNITS.map(([unit, seconds]) =>
    element("option", { value: String(seconds) }, `${unit}s`),
  );
  const unit = element("select", { id: unitId }, options);
  const onsubmit = (event) => {
    event.preventDefault();
    move(Number(amount.value) * Number(unit.value));
  };
  return element(
    "form",
    { class: "free-move", onsubmit },
    element("label", { for: amountId, class: "visually-hidden" }, "Amount"),
    amount,
    element("label", { for: unitId, class: "visually-hidden" }, "Unit"),
    unit,
    element("button", { type: "submit", class: "button" }, "Move forward"),
  );
}

/** "1 day 2 hours"; whatever is below a second is left out. */
function duration(seconds) {
  let left = Math.round(seconds);
  const parts = [];
  for (const [unit, length] of UNITS) {
    const count = Math.floor(left / length);
    left -= count * length;
    if (count > 0) parts.push(`${count} ${unit}${count === 1 ? "" : "s"}`);
  }
  return parts.join(" ") || "less than a second";
}
