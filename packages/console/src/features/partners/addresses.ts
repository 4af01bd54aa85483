/**
 * Which lines an allow-list may have: IP addresses and CIDR ranges, by the same rules by which the server refuses them. An IPv4 address in
 * IPv6 clothes (`::ffff:10.0.0.1`) is the IPv4 address, so a range of such has to stay within them (RFC 4291 §2.5.5.2).
 */

/** More are refused. */
export const ADDRESSES_MAX = 100

/** One line of an allow-list. */
export function isAddressOrRange(entry: string): boolean {
  const [address = '', prefixText, ...rest] = entry.split('/')
  const groups = isIpv4(address) ? undefined : ipv6GroupsOf(address)
  if (rest.length > 0 || (groups === undefined && !isIpv4(address))) return false
  if (prefixText === undefined) return true
  if (!PREFIX_LENGTH.test(prefixText)) return false
  const prefix = Number(prefixText)
  if (groups === undefined) return prefix <= 32
  return prefix <= 128 && (prefix >= MAPPED_PREFIX || !isMapped(groups))
}

/** The lines of a text field: trimmed, without the empty ones. */
export function linesOf(text: string): readonly string[] {
  return text
    .split(/[\n,]/)
    .map(line => line.trim())
    .filter(line => line !== '')
}

/** What keeps a list from being taken, in words; undefined when nothing does. */
export function faultOfAddresses(entries: readonly string[]): string | undefined {
  if (entries.length > ADDRESSES_MAX) return `At most ${ADDRESSES_MAX} lines.`
  const wrong = entries.filter(entry => !isAddressOrRange(entry))
  if (wrong.length === 0) return undefined
  return `${wrong.join(', ')}: neither an IP address nor a CIDR range`
}

/** An origin as browsers write it: scheme, host and a port that is not the scheme's own; no path, not even a slash. */
export function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text
}

export function faultOfOrigins(entries: readonly string[]): string | undefined {
  if (entries.length > ORIGINS_MAX) return `At most ${ORIGINS_MAX} lines.`
  const wrong = entries.filter(entry => !isOrigin(entry))
  return wrong.length === 0 ? undefined : `${wrong.join(', ')}: not an origin such as https://shop.example`
}

const ORIGINS_MAX = 20

const PREFIX_LENGTH = /^(?:0|[1-9]\d{0,2})$/
const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
const IPV4 = new RegExp(`^(?:${OCTET}\\.){3}${OCTET}$`)
const MAPPED_PREFIX = 96

function isIpv4(text: string): boolean {
  return IPV4.test(text)
}

/** The eight groups of an IPv6 address (RFC 4291 §2.2); undefined for what is none. */
function ipv6GroupsOf(text: string): readonly number[] | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [before, after] = halves.map((half, place) => groupsOf(half, place === halves.length - 1))
  if (before === undefined) return undefined
  if (halves.length === 1) return before.length === 8 ? before : undefined
  if (after === undefined) return undefined
  const left = 8 - before.length - after.length
  return left < 1 ? undefined : [...before, ...Array.from({ length: left }, () => 0), ...after]
}

/** @param last whether an IPv4 address may stand at the end */
function groupsOf(half: string, last: boolean): readonly number[] | undefined {
  if (half === '') return []
  const parts = half.split(':')
  const groups: number[] = []
  for (const [place, part] of parts.entries()) {
    if (last && place === parts.length - 1 && isIpv4(part)) {
      const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number)
      groups.push(a * 256 + b, c * 256 + d)
    } else if (/^[\da-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16))
    else return undefined
  }
  return groups
}

function isMapped(groups: readonly number[]): boolean {
  return groups.slice(0, 5).every(group => group === 0) && groups[5] === 0xffff
}
