/** Discord's ids: numbers too large for JavaScript's own, which grow with the time. */

/** Orders two ids by age: a longer one is always the younger. */
export function compareSnowflakes(left, right) {
  if (left.length !== right.length) return left.length - right.length;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

const DISCORD_EPOCH = 1_420_070_400_000n;

/** When an id was made. */
export const snowflakeTime = (id) => new Date(Number((BigInt(id) >> 22n) + DISCORD_EPOCH));
