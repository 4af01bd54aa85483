/** 2³² divided by the golden ratio: multiples of it fill the range evenly, whatever steps they are taken in. */
const GOLDEN = 0x9e3779b1

/**
 * Which of the lanes an account's requests go through. Accounts are made a few at a time for each partner, so those of
 * one kind have ids in even steps; the remainder of a division would send them all through the same lane.
 */
export function laneOf(accountId: bigint, lanes: number): number {
  const spread = Math.imul(Number(BigInt.asUintN(32, accountId)), GOLDEN) >>> 0
  return Math.floor((spread / 2 ** 32) * lanes)
}
