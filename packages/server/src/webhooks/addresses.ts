/**
 * Where a webhook may go: to public addresses only. What partners give as a URL must not reach what is near the server:
 * its own network, its metadata service, itself.
 */
import { BlockList, isIP } from 'node:net'

/** IANA special-purpose address registries: none of these is the public internet. */
const REFUSED_IPV4: readonly [network: string, prefix: number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  // shared by carrier-grade NAT
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // link-local, and the metadata services of clouds
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  // multicast, reserved, broadcast
  ['224.0.0.0', 3],
]

/** Inside of 2000::/3, the only part of IPv6 that is public. */
const REFUSED_IPV6: readonly [network: string, prefix: number][] = [
  // protocol assignments, Teredo and ORCHID among them
  ['2001::', 23],
  ['2001:db8::', 32],
  // 6to4, which embeds any IPv4 address
  ['2002::', 16],
  ['3fff::', 20],
]

const refused = blockListOf(REFUSED_IPV4, REFUSED_IPV6)
const global = blockListOf([], [['2000::', 3]])
const loopback = blockListOf([['127.0.0.0', 8]], [['::1', 128]])

function blockListOf(ipv4: readonly [string, number][], ipv6: readonly [string, number][]): BlockList {
  const list = new BlockList()
  for (const [network, prefix] of ipv4) list.addSubnet(network, prefix, 'ipv4')
  for (const [network, prefix] of ipv6) list.addSubnet(network, prefix, 'ipv6')
  return list
}

/**
 * Whether an IP address may be connected to. Mapped, translated and tunnelled IPv4 addresses lie outside of what is
 * public in IPv6, so they are refused whatever they stand for.
 */
export function isReachable(address: string, options: { readonly loopback: boolean }): boolean {
  const version = isIP(address)
  if (version === 0) return false
  const family = version === 4 ? 'ipv4' : 'ipv6'
  if (options.loopback && loopback.check(address, family)) return isPlainLoopback(address, version)
  if (refused.check(address, family)) return false
  return version === 4 || global.check(address, family)
}

/** A block list takes a mapped IPv4 address for that address; here each family speaks for itself. */
function isPlainLoopback(address: string, version: number): boolean {
  return version === 4 || address === '::1'
}

/** A URL's host without the brackets of an IPv6 address. */
export function hostOf(url: URL): string {
  return url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname
}

const URL_LENGTH_MAX = 512

/**
 * Why a URL may not be an endpoint's; undefined when it may. A name's addresses are only known when it is sent to, and
 * are checked then.
 *
 * @param options.https whether plain HTTP is refused
 */
export function refusalOf(
  text: string,
  options: { readonly loopback: boolean; readonly https: boolean },
): string | undefined {
  if (text.length > URL_LENGTH_MAX || !URL.canParse(text)) return 'is not a URL'
  const url = new URL(text)
  if (url.protocol !== 'https:' && (options.https || url.protocol !== 'http:')) {
    return options.https ? 'is not an https URL' : 'is not an http or https URL'
  }
  if (url.username !== '' || url.password !== '') return 'holds a user or password'
  if (url.hash !== '') return 'has a fragment'
  const host = hostOf(url)
  if (isIP(host) !== 0 && !isReachable(host, options)) return 'is no public address'
  if (isLocalName(host) && !options.loopback) return 'is no public address'
  return undefined
}

/** RFC 6761: these names mean the machine itself, whatever a resolver says. */
export function isLocalName(host: string): boolean {
  const name = host.endsWith('.') ? host.slice(0, -1) : host
  return name === 'localhost' || name.endsWith('.localhost')
}
