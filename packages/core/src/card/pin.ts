/** How long a PIN may be, digits. */
export type PinLengths = { readonly min: number; readonly max: number }

/** ISO 9564-1: four to twelve digits. */
export const PIN_LENGTHS: PinLengths = { min: 4, max: 12 }

/** Whether a text is a PIN of an allowed length: ASCII digits only. */
export function hasPinForm(text: string, { min, max }: PinLengths = PIN_LENGTHS): boolean {
  return /^[0-9]+$/.test(text) && text.length >= min && text.length <= max
}
