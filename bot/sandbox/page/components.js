/** Draws what one can press below a message: rows of buttons and selects, within layouts or not. */

import { pressComponent } from "./actions.js";
import { openCheckout, priceOf } from "./checkout.js";
import { element, replaceChildren } from "./elements.js";
import { icon } from "./icons.js";
import { LAYOUTS } from "./layouts.js";
import { outwardLink } from "./links.js";
import { isSelect, SelectMenu } from "./select.js";
import { findOffer } from "./world.js";

const BUTTON_STYLES = {
  1: "primary",
  2: "secondary",
  3: "success",
  4: "danger",
  5: "link",
  6: "premium",
};
const LINK = 5;
const PREMIUM = 6;

/** All components of a message, with the line that says when a press failed. */
export function drawComponents(message, session) {
  if (!message.components?.length) return null;
  const failure = element("p", { class: "failure", role: "alert" });
  const root = element("div", { class: "components" });
  const press = async (source, customId, values) => {
    // One press at a time: the answer can replace the very buttons.
    if (root.hasAttribute("data-busy")) return;
    root.setAttribute("data-busy", "");
    source.setAttribute("aria-busy", "true");
    replaceChildren(failure);
    const problem = await pressComponent(session, message, customId, values);
    root.removeAttribute("data-busy");
    source.removeAttribute("aria-busy");
    replaceChildren(failure, problem);
  };
  const context = { message, session, press, draw: (component) => draw(component, context) };
  root.append(...message.components.map(context.draw), failure);
  return root;
}

function draw(component, context) {
  if (isSelect(component)) return drawSelect(component, context);
  const drawer = DRAWERS[component.type];
  return drawer
    ? drawer(component, context)
    : element(
        "p",
        { class: "picture-elsewhere" },
        `This page cannot show a component of type ${component.type} yet.`,
      );
}

const DRAWERS = {
  1: (row, context) => element("div", { class: "component-row" }, row.components.map(context.draw)),
  2: drawButton,
  ...LAYOUTS,
};

function drawButton(button, context) {
  return button.style === PREMIUM ? drawPremium(button, context) : drawOther(button, context);
}

/** A button that Discord labels by itself, and that the bot never hears of: it leads to a checkout. */
function drawPremium(button, { session }) {
  const offer = findOffer(session.world, button.sku_id);
  const label = offer
    ? [offer.sku.name, element("span", { class: "button-price" }, priceOf(offer.sku))]
    : "No longer sold";
  return element(
    "button",
    {
      type: "button",
      class: "button button-premium",
      disabled: button.disabled || !offer,
      onclick: () => openCheckout(session, offer),
    },
    icon("gem"),
    label,
  );
}

function drawOther(button, { press }) {
  const content = [
    button.emoji &&
      element(
        "span",
        { class: "button-emoji" },
        button.emoji.id ? `:${button.emoji.name}:` : button.emoji.name,
      ),
    button.label,
  ];
  const classes = `button button-${BUTTON_STYLES[button.style] ?? "secondary"}`;
  if (button.style === LINK && !button.disabled)
    return outwardLink(button.url, [content, icon("outward")], { class: classes });
  const node = element(
    "button",
    {
      type: "button",
      class: classes,
      disabled: button.disabled,
      data: { customId: button.custom_id ?? "" },
    },
    content,
  );
  node.addEventListener("click", () => press(node, button.custom_id));
  // A button with an emoji alone still needs words for who cannot see it.
  if (!button.label) node.setAttribute("aria-label", button.emoji?.name ?? "Button");
  return node;
}

function drawSelect(component, { session, press }) {
  const menu = new SelectMenu(component, session, (values) =>
    press(menu.button, component.custom_id, values),
  );
  return menu.node;
}
