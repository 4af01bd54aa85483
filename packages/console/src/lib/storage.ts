/** What this browser remembers of its user's choices. Nothing that is secret or of a card is ever among it. */
const PREFIX = 'openissuer.'

export function remembered(name: string): string | null {
  return localStorage.getItem(PREFIX + name)
}

export function remember(name: string, value: string): void {
  localStorage.setItem(PREFIX + name, value)
}
