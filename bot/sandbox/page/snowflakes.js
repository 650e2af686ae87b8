/** Discord's ids: numbers too large for JavaScript's own, which grow with the time. */

/** Orders two ids by age: a longer one is always the younger. */
export function compareSnowflakes(left, right) {
  if (left.length !== right.length) return left.length - right.length;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
