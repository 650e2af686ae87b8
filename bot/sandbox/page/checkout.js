/**
 * What a premium button leads to: the checkout, which is the page's own, and with it what one has
 * bought of the bot so far. No money moves here; the bot hears of all of it as it would on Discord.
 */

import * as api from "./api.js";
import { ApiError } from "./api.js";
import { element, replaceChildren, uniqueId } from "./elements.js";
import { icon } from "./icons.js";
import { snowflakeTime } from "./snowflakes.js";
import { drawTime } from "./times.js";
import { toast } from "./toast.js";

const PURCHASE = 1;
const TEST_MODE = 4;
const GIFTS = [3, 5, 6, 7];

/** The price as Discord shows it. */
export function priceOf({ price_minor: price, currency }) {
  const format = new Intl.NumberFormat("en-US", { style: "currency", currency });
  return format.format(price / 10 ** format.resolvedOptions().maximumFractionDigits);
}

/** Shows the checkout of what a bot sells. */
export function openCheckout(session, { application, sku }) {
  const as = session.viewerId;
  const titleId = uniqueId("checkout");
  const problem = element("p", { class: "modal-problem", role: "alert" });
  const bought = element("div", { class: "purchases" });
  const dialog = element("dialog", { class: "modal checkout", "aria-labelledby": titleId });
  const close = () => dialog.close();
  const attempt = async (act) => {
    replaceChildren(problem);
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      replaceChildren(problem, error.message);
      return null;
    }
  };
  const show = () =>
    attempt(async () => {
      const purchases = await api.readPurchases(as, application.id);
      replaceChildren(bought, drawPurchases(purchases, application, refund));
    });
  const refund = ({ id, sku_name: name }) =>
    attempt(async () => {
      await api.refund(as, id);
      toast(`${name}: refunded`);
      await show();
    });
  const buy = (type) =>
    attempt(async () => {
      await api.buy(as, sku.id, type);
      toast(`You bought ${sku.name}`);
      close();
    });
  dialog.append(
    element(
      "header",
      { class: "modal-header" },
      element("h2", { id: titleId }, "Checkout"),
      element(
        "button",
        { type: "button", class: "icon-button", "aria-label": "Close", onclick: close },
        icon("close"),
      ),
    ),
    element(
      "div",
      { class: "modal-body" },
      problem,
      drawOffer(sku, application),
      element("p", { class: "checkout-note" }, "No money moves: this is a sandbox."),
      bought,
    ),
    drawFooter(sku, { buy, close }),
  );
  session.addEventListener("state", show);
  dialog.addEventListener("close", () => {
    session.removeEventListener("state", show);
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector(".button-primary").focus();
  return show();
}

const drawOffer = (sku, application) =>
  element(
    "p",
    { class: "offer" },
    icon("gem"),
    element(
      "span",
      { class: "offer-text" },
      element("strong", {}, sku.name),
      element("small", {}, `from ${application.name}`),
    ),
    element("span", { class: "offer-price" }, priceOf(sku)),
  );

function drawFooter(sku, { buy, close }) {
  const button = (look, label, onclick) =>
    element("button", { type: "button", class: `button ${look}`, onclick }, label);
  return element(
    "footer",
    { class: "modal-footer" },
    button("button-plain", "Cancel", close),
    button("button-secondary", "Buy in test mode", () => buy(TEST_MODE)),
    button("button-primary", `Buy for ${priceOf(sku)}`, () => buy(PURCHASE)),
  );
}

/** What one bought of the bot, the latest first, each with a way to get the money back. */
function drawPurchases(purchases, application, refund) {
  const titleId = uniqueId("purchases");
  if (purchases.length === 0) return null;
  return [
    element("h3", { id: titleId }, `Your purchases from ${application.name}`),
    element(
      "ul",
      { "aria-labelledby": titleId },
      purchases.reverse().map((purchase) => drawPurchase(purchase, refund)),
    ),
  ];
}

function drawPurchase(purchase, refund) {
  const { id, sku_name: name, deleted } = purchase;
  return element(
    "li",
    { class: deleted ? "purchase refunded" : "purchase" },
    element(
      "span",
      { class: "purchase-text" },
      name,
      element("small", {}, drawTime(snowflakeTime(id), "message"), ` · ${stateOf(purchase)}`),
    ),
    !deleted &&
      element(
        "button",
        {
          type: "button",
          class: "button button-secondary",
          "aria-label": `Refund ${name}`,
          onclick: () => refund(purchase),
        },
        "Refund",
      ),
  );
}

function stateOf({ type, deleted, consumed }) {
  const words = [];
  if (type === TEST_MODE) words.push("test mode");
  if (GIFTS.includes(type)) words.push("a gift");
  if (deleted) words.push("refunded");
  else words.push(consumed ? "consumed by the bot" : "waits for the bot to consume it");
  return words.join(", ");
}
