/** Discord's ids: numbers too large for JavaScript's own, which grow with the time. */

const DISCORD_EPOCH_MILLISECONDS = 1_420_070_400_000n;

/** Orders two ids by age: a longer one is always the younger. */
export function compareSnowflakes(left, right) {
  if (left.length !== right.length) return left.length - right.length;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** An id as young as this moment, for what exists on the page only. */
export function snowflakeNow() {
  return String((BigInt(Date.now()) - DISCORD_EPOCH_MILLISECONDS) << 22n);
}
