import { describe, expect, it } from 'vitest'
import { deliveryOf } from './address.ts'
import { KeysecureError } from './errors.ts'

const FULL = {
  first_name: 'Mary Ann',
  last_name: "O'Neill-Smith",
  phone_code: '86',
  phone: '13800138000',
  postal_code: '200000',
  country: 'CN',
  state: 'Shanghai',
  city: 'Shanghai',
  address_line1: 'No. 1, Nanjing Rd. #5/B (East)',
  address_line2: 'Floor 2',
}

const REQUIRED_FOR_BOTH = ['postal_code', 'country', 'state', 'city', 'address_line1'] as const
const REQUIRED_FOR_PHYSICAL = ['first_name', 'last_name', 'phone_code', 'phone', ...REQUIRED_FOR_BOTH] as const

describe('deliveryOf', () => {
  it('is what the card application keeps', () => {
    expect(deliveryOf(FULL, 'physical')).toEqual({
      firstName: 'Mary Ann',
      lastName: "O'Neill-Smith",
      phone: '8613800138000',
      address: {
        line1: 'No. 1, Nanjing Rd. #5/B (East)',
        line2: 'Floor 2',
        postalCode: '200000',
        city: 'Shanghai',
        state: 'Shanghai',
        country: 'CN',
      },
    })
  })

  it('may be missing for a virtual card only', () => {
    expect(deliveryOf(undefined, 'virtual')).toBeNull()
    expect(refusalOf(() => deliveryOf(undefined, 'physical'))).toBe('1004 address_info')
    expect(refusalOf(() => deliveryOf({}, 'physical'))).toBe('1004 address_info.first_name')
  })

  it("takes the vendor's sample for a virtual card, filled with dialling code and country alone, as no address", () => {
    expect(deliveryOf({}, 'virtual')).toBeNull()
    expect(deliveryOf({ phone_code: '86', country: 'CN' }, 'virtual')).toBeNull()
    expect(refusalOf(() => deliveryOf({ phone_code: '+86', country: 'CN' }, 'virtual'))).toBe(
      '2009 address_info.phone_code',
    )
  })

  it.each(REQUIRED_FOR_PHYSICAL)('wants %s for a physical card', field => {
    expect(refusalOf(() => deliveryOf({ ...FULL, [field]: undefined }, 'physical'))).toBe(`1004 address_info.${field}`)
  })

  it.each(REQUIRED_FOR_BOTH)('wants %s of a virtual card that has an address', field => {
    expect(refusalOf(() => deliveryOf({ ...FULL, [field]: undefined }, 'virtual'))).toBe(`1004 address_info.${field}`)
  })

  it('needs neither names nor telephone for a virtual card, nor a second line for any', () => {
    const { postal_code, country, state, city, address_line1 } = FULL
    expect(deliveryOf({ postal_code, country, state, city, address_line1 }, 'virtual')).toMatchObject({
      firstName: null,
      phone: null,
      address: { line2: null, city: 'Shanghai' },
    })
  })

  it.each([
    { field: 'city', text: '上海', code: 2007 },
    { field: 'city', text: 'Zürich', code: 2007 },
    { field: 'state', text: 'São Paulo', code: 2007 },
    { field: 'address_line1', text: 'Line\nbreak', code: 2007 },
    { field: 'address_line2', text: '二楼', code: 2007 },
    { field: 'first_name', text: '三', code: 2008 },
    { field: 'last_name', text: 'Zhang3', code: 2008 },
    { field: 'phone_code', text: '+86', code: 2009 },
    { field: 'phone_code', text: '999', code: 2009 },
    { field: 'phone', text: '138-0013-8000', code: 2009 },
    { field: 'phone', text: '1'.repeat(16), code: 2009 },
    { field: 'postal_code', text: '邮编', code: 2010 },
    { field: 'postal_code', text: '1'.repeat(13), code: 2010 },
    { field: 'country', text: 'ZZ', code: 2010 },
    { field: 'country', text: 'cn', code: 2010 },
    { field: 'country', text: 'CHN', code: 2010 },
  ])('answers $code to $field $text', ({ field, text, code }) => {
    for (const form of ['physical', 'virtual'] as const) {
      expect(refusalOf(() => deliveryOf({ ...FULL, [field]: text }, form))).toBe(`${code} address_info.${field}`)
    }
  })
})

function refusalOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof KeysecureError) return `${error.code} ${error.field}`
    throw error
  }
  return 'none'
}
