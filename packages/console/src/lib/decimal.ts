/** Decimal text as people type it. It stays text: no digit goes through a float. */

/** Digits with at most so many decimals, not below zero. */
export function isDecimal(text: string, decimalsMax: number): boolean {
  const fraction = /^\d{1,15}(?:\.(\d+))?$/.exec(text)?.[1] ?? ''
  return /^\d{1,15}(?:\.\d+)?$/.test(text) && fraction.length <= decimalsMax
}

/** `2.5` moved two places to the left is `0.025`; to the right it is `250`. Zeros that say nothing are left out. */
export function movePoint(text: string, placesToTheRight: number): string {
  const [whole = '', fraction = ''] = text.split('.')
  const digits = `${whole}${fraction}`
  const decimals = fraction.length - placesToTheRight
  const padded = decimals < 0 ? digits.padEnd(digits.length - decimals, '0') : digits.padStart(decimals + 1, '0')
  const kept = Math.max(decimals, 0)
  const [before, after] = [padded.slice(0, padded.length - kept), padded.slice(padded.length - kept)]
  const [shortBefore, shortAfter] = [before.replace(/^0+(?=\d)/, ''), after.replace(/0+$/, '')]
  return shortAfter === '' ? shortBefore : `${shortBefore}.${shortAfter}`
}
