/** How long a PIN may be, digits. */
export type PinLengths = { readonly min: number; readonly max: number }

/** ISO 9564-1: four to twelve digits. */
export const PIN_LENGTHS: PinLengths = { min: 4, max: 12 }

/** Whether a text is a PIN of an allowed length: ASCII digits only. */
export function hasPinForm(text: string, { min, max }: PinLengths = PIN_LENGTHS): boolean {
  return /^[0-9]+$/.test(text) && text.length >= min && text.length <= max
}

/** A run of so many digits that are equal, or that follow each other up or down, is easy to guess. */
const EASY_RUN = 3

export function hasEasyRun(pin: string): boolean {
  return [0, 1, -1].some(step => longestRun(pin, step) >= EASY_RUN)
}

/** The most digits in a row of which each is `step` more than the one before it. */
function longestRun(pin: string, step: number): number {
  let [longest, run] = [0, 0]
  for (let at = 0; at < pin.length; at++) {
    run = at > 0 && Number(pin[at]) - Number(pin[at - 1]) === step ? run + 1 : 1
    longest = Math.max(longest, run)
  }
  return longest
}
