import { describe, expect, it } from 'vitest'
import { createIpAllowList, findUnusableAddress, UnusableAddressError } from './ip-allow-list.ts'

describe('createIpAllowList', () => {
  it('allows every caller when it has no entries', () => {
    const list = createIpAllowList([])
    expect(list.allows('203.0.113.7')).toBe(true)
    expect(list.allows('2001:db8::1')).toBe(true)
  })

  it.each([
    { entry: '127.0.0.1', caller: '127.0.0.1', allowed: true },
    { entry: '127.0.0.1', caller: '127.0.0.2', allowed: false },
    { entry: '127.0.0.1', caller: '::ffff:127.0.0.1', allowed: true },
    { entry: '127.0.0.1', caller: '::ffff:7f00:1', allowed: true },
    { entry: '127.0.0.1', caller: '0:0:0:0:0:ffff:7f00:0001', allowed: true },
    { entry: '127.0.0.1', caller: '::1', allowed: false },
    { entry: '::ffff:127.0.0.1', caller: '127.0.0.1', allowed: true },
    { entry: '::FFFF:10.0.0.0/104', caller: '10.200.0.1', allowed: true },
    { entry: '::ffff:10.0.0.0/104', caller: '11.0.0.1', allowed: false },
    { entry: '10.0.0.0/8', caller: '10.255.255.255', allowed: true },
    { entry: '10.0.0.0/8', caller: '11.0.0.0', allowed: false },
    { entry: '10.1.2.3/8', caller: '10.9.9.9', allowed: true },
    { entry: '192.0.2.128/25', caller: '192.0.2.127', allowed: false },
    { entry: '192.0.2.128/25', caller: '::ffff:192.0.2.129', allowed: true },
    { entry: '0.0.0.0/0', caller: '203.0.113.7', allowed: true },
    { entry: '0.0.0.0/0', caller: '::1', allowed: false },
    { entry: '::/0', caller: '2001:db8::1', allowed: true },
    { entry: '::/0', caller: '203.0.113.7', allowed: false },
    { entry: '::/0', caller: '::ffff:203.0.113.7', allowed: false },
    { entry: '2001:db8::/32', caller: '2001:DB8:ffff::1', allowed: true },
    { entry: '2001:db8::/32', caller: '2001:db9::1', allowed: false },
    { entry: '2001:db8::1', caller: '2001:0db8:0000:0000:0000:0000:0000:0001', allowed: true },
    { entry: 'fe80::/10', caller: 'fe80::1%eth0', allowed: true },
    { entry: '127.0.0.1', caller: '', allowed: false },
    { entry: '127.0.0.1', caller: 'localhost', allowed: false },
  ])('with $entry, $caller is allowed: $allowed', ({ entry, caller, allowed }) => {
    expect(createIpAllowList([entry]).allows(caller)).toBe(allowed)
  })

  it('allows what any entry allows', () => {
    const list = createIpAllowList(['192.0.2.1', '10.0.0.0/8', '2001:db8::/32'])
    expect(['192.0.2.1', '10.0.0.1', '2001:db8::5', '192.0.2.2'].map(ip => list.allows(ip))).toEqual([
      true,
      true,
      true,
      false,
    ])
  })

  it('refuses to be made of an entry it does not understand', () => {
    expect(() => createIpAllowList(['10.0.0.0/8', 'office'])).toThrow(UnusableAddressError)
  })
})

describe('findUnusableAddress', () => {
  it('finds nothing wrong with addresses and ranges of both families', () => {
    expect(
      findUnusableAddress(['10.0.0.1', '10.0.0.0/0', '10.0.0.0/32', '::1', '::/0', '2001:db8::/128']),
    ).toBeUndefined()
  })

  it.each([
    '',
    ' 10.0.0.1',
    '10.0.0.1 ',
    '10.0.0',
    '010.0.0.1',
    '10.0.0.256',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    '10.0.0.0/8/8',
    '10.0.0.0/255.0.0.0',
    '2001:db8::/129',
    '::ffff:10.0.0.0/90',
    'fe80::1%eth0',
    '*',
    'localhost',
  ])('names %j as the offending entry', entry => {
    expect(findUnusableAddress(['10.0.0.1', entry, 'also wrong'])).toBe(entry)
  })
})
