/** The page's own small drawings, as SVG nodes that follow the colour of the text. */

const NAMESPACE = "http://www.w3.org/2000/svg";

const PATHS = {
  hash: ["M10 4 8 20", "M16 4l-2 16", "M5 9h15", "M4 15h15"],
  at: [
    "M15.5 12a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0",
    "M15.5 8.5v5a2.5 2.5 0 0 0 5 0V12a8.5 8.5 0 1 0-3.5 6.9",
  ],
  lock: ["M6 11h12v9H6z", "M8.5 11V8a3.5 3.5 0 0 1 7 0v3"],
  people: [
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7",
    "M2.5 20c0-4 3-6.5 6.5-6.500s6.5 2.5 6.5 6.5",
    "M16 4.500a3.5 3.5 0 0 1 0 6.5",
    "M18 14c2.2.8 3.5 3 3.5 6",
  ],
  menu: ["M4 6.500h16", "M4 12h16", "M4 17.500h16"],
  chevron: ["m7 10 5 5 5-5"],
  close: ["m6 6 12 12", "M18 6 6 18"],
  plus: ["M12 5v14", "M5 12h14"],
  crown: ["M4 18h16l1-10-5 4-4-7-4 7-5-4z"],
  eye: [
    "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z",
    "M14.5 12a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0",
  ],
  check: ["m5 12.5 4.5 4.500L19 7.5"],
  file: ["M6 3h8l4 4v14H6z", "M14 3v4h4"],
  commands: ["M4 4h6v6H4z", "M14 4h6v6h-6z", "M4 14h6v6H4z", "M17 14v6", "M14 17h6"],
  outward: ["M8 16 18 6", "M10 6h8v8"],
  more: ["M5 12h.01", "M12 12h.01", "M19 12h.01"],
  bolt: ["M13 3 5 14h6l-1 7 8-11h-6z"],
  beside: ["M3.5 5h17v14h-17z", "M12 5v14"],
  send: ["M4 12 20 4l-5 16-3.5-6.500z"],
  gem: ["M7 4h10l4 6-9 10L3 10z", "M3 10h18", "m9 10 3 10 3-10-3-6z"],
  reply: ["M4 20v-6a4 4 0 0 1 4-4h12"],
  down: ["M12 5v14", "m6 13 6 6 6-6"],
};

/** One drawing; hidden from screen readers, because the text beside it says the same. */
export function icon(name) {
  const picture = document.createElementNS(NAMESPACE, "svg");
  picture.setAttribute("viewBox", "0 0 24 24");
  picture.setAttribute("class", `icon icon-${name}`);
  picture.setAttribute("aria-hidden", "true");
  for (const shape of PATHS[name]) {
    const path = document.createElementNS(NAMESPACE, "path");
    path.setAttribute("d", shape);
    picture.append(path);
  }
  return picture;
}
