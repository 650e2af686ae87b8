/** What a key means in an option's field. */

/**
 * Names the action for a key, or nothing where the browser does the right thing by itself.
 * `open`: there is something to take, `settled`: a value was taken, `touched`: one typed or chose
 * here.
 */
export function actionOf(event, { open, empty, settled, touched, required }) {
  const wanted = open && !settled;
  switch (event.key) {
    case "ArrowDown":
      return open ? "down" : null;
    case "ArrowUp":
      return open ? "up" : null;
    case "Enter":
      // An optional field that was only passed through stays empty.
      return wanted && (required || touched || !empty) ? "take" : "send";
    case "Tab":
      return wanted && touched && !event.shiftKey ? "take-and-go" : null;
    case "Backspace":
      return empty ? "back" : null;
    case "Escape":
      return open ? "close" : null;
    default:
      return null;
  }
}
