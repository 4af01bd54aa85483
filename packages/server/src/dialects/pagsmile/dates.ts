/**
 * Dates and times as Pagsmile writes them, `yyyy-MM-dd HH:mm:ss` without a zone: UTC (inferred from examples in which
 * the server's times are the client's minus eight hours).
 */
const DATE_TIME = /^(?!0000)\d{4}-\d{2}-\d{2} (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d$/
const DATE = /^(?!0000)\d{4}-\d{2}-\d{2}$/

/** @returns undefined unless the text has the form and the day exists in the calendar */
export function parseDateTime(text: string): Temporal.Instant | undefined {
  if (!DATE_TIME.test(text) || !isDate(text.slice(0, 10))) return undefined
  return Temporal.Instant.from(`${text.replace(' ', 'T')}Z`)
}

/** Cuts what is below the second, so a time shown never lies after the time kept. */
export function formatDateTime(instant: Temporal.Instant): string {
  return instant.toString({ smallestUnit: 'second', roundingMode: 'floor' }).slice(0, 19).replace('T', ' ')
}

/** Whether the text is `yyyy-MM-dd` and the day exists in the calendar. */
export function isDate(text: string): boolean {
  if (!DATE.test(text)) return false
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number)
  return month >= 1 && month <= 12 && day >= 1 && day <= Temporal.PlainYearMonth.from({ year, month }).daysInMonth
}
