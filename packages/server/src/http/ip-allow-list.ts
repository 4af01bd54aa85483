/**
 * Which addresses may call with a credential. Entries are IPv4 and IPv6 addresses and CIDR ranges; an empty list allows
 * every caller. An IPv4 address in IPv6 clothes (`::ffff:127.0.0.1`, what a dual-stack socket reports) is the IPv4
 * address, in entries and in callers, so an IPv4 caller is only ever allowed by an IPv4 entry: `::/0` does not cover it.
 */
import { BlockList, isIP, SocketAddress } from 'node:net'

export type IpAllowList = { allows(address: string): boolean }

/** @throws UnusableAddressError for the first entry that is neither an address nor a CIDR range */
export function createIpAllowList(entries: readonly string[]): IpAllowList {
  const ranges = entries.map(entry => {
    const range = parseRange(entry)
    if (range === undefined) throw new UnusableAddressError(entry)
    return range
  })
  if (ranges.length === 0) return { allows: () => true }
  // One list per family: a BlockList of both lets `::/0` match IPv4 callers.
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() }
  for (const { address, family, prefix } of ranges) lists[family].addSubnet(address, prefix, family)
  return {
    allows(address) {
      const caller = parseAddress(address)
      return caller !== undefined && lists[caller.family].check(caller.address, caller.family)
    },
  }
}

/** @returns the first entry that a list cannot be made of; undefined when all are well-formed */
export function findUnusableAddress(entries: readonly string[]): string | undefined {
  return entries.find(entry => parseRange(entry) === undefined)
}

export class UnusableAddressError extends Error {
  readonly entry: string

  constructor(entry: string) {
    super(`neither an IP address nor a CIDR range: ${JSON.stringify(entry)}`)
    this.name = 'UnusableAddressError'
    this.entry = entry
  }
}

type IpAddress = { readonly address: string; readonly family: 'ipv4' | 'ipv6' }

type IpRange = IpAddress & { readonly prefix: number }

const PREFIX_LENGTH = /^(?:0|[1-9]\d{0,2})$/

/** Bits in front of the IPv4 address in an IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2). */
const MAPPED_PREFIX = 96

const BITS = { ipv4: 32, ipv6: 128 } as const

/** Host bits below the prefix are allowed and ignored: `10.1.2.3/8` is `10.0.0.0/8`. */
function parseRange(entry: string): IpRange | undefined {
  const [text = '', prefixText, ...rest] = entry.split('/')
  const parsed = text.includes('%') ? undefined : parseAddress(text)
  if (parsed === undefined || rest.length > 0) return undefined
  if (prefixText === undefined) return { ...parsed, prefix: BITS[parsed.family] }
  if (!PREFIX_LENGTH.test(prefixText)) return undefined
  const prefix = Number(prefixText)
  const mapped = parsed.family === 'ipv4' && isIP(text) === 6
  if (!mapped) return prefix <= BITS[parsed.family] ? { ...parsed, prefix } : undefined
  // A range that reaches out of the mapped block is neither an IPv4 nor an IPv6 range that anyone means.
  if (prefix < MAPPED_PREFIX || prefix > BITS.ipv6) return undefined
  return { ...parsed, prefix: prefix - MAPPED_PREFIX }
}

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/

function parseAddress(text: string): IpAddress | undefined {
  switch (isIP(text)) {
    case 4:
      return { address: text, family: 'ipv4' }
    case 6: {
      // A link-local caller carries its zone (`fe80::1%eth0`), which is no part of the address.
      const bare = text.split('%')[0] ?? text
      const { address } = new SocketAddress({ address: bare, family: 'ipv6' })
      const ipv4 = MAPPED.exec(address)?.[1]
      return ipv4 === undefined ? { address, family: 'ipv6' } : { address: ipv4, family: 'ipv4' }
    }
    default:
      return undefined
  }
}
