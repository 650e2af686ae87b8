/**
 * What is done to the Discord on this machine, and what went wrong on it: armed faults, the clock,
 * requests that nobody knows, bots that share a token. There is one sandbox, so all sides of the
 * window share this.
 */

import { setSandboxTime } from "./clock.js";

/** Tells `change` when any of it is different. */
class Conditions extends EventTarget {
  armed = [];
  advancedSeconds = 0;
  unknownRequests = [];
  crowded = [];
  isPanelOpen = false;
  #known = "";

  /** Takes what the sandbox's state says about it. */
  take({ faults = [], clock, unknown_requests: unknownRequests = [], applications }) {
    if (clock) setSandboxTime(clock.now);
    this.armed = faults;
    this.advancedSeconds = clock?.advanced_seconds ?? 0;
    this.unknownRequests = unknownRequests;
    this.crowded = applications.filter(({ connections }) => connections > 1);
    this.#tellIfChanged();
  }

  takeArmed(armed) {
    this.armed = armed;
    this.#tellIfChanged();
  }

  takeClock({ now, advanced_seconds: advancedSeconds }) {
    setSandboxTime(now);
    this.advancedSeconds = advancedSeconds;
    this.#tellIfChanged();
  }

  showPanel(isOpen) {
    this.isPanelOpen = isOpen;
    this.#tellIfChanged();
  }

  #tellIfChanged() {
    const { armed, advancedSeconds, unknownRequests, crowded, isPanelOpen } = this;
    const bots = crowded.map(({ id, connections }) => [id, connections]);
    const now = JSON.stringify([armed, advancedSeconds, unknownRequests, bots, isPanelOpen]);
    if (now === this.#known) return;
    this.#known = now;
    this.dispatchEvent(new Event("change"));
  }
}

export const conditions = new Conditions();
