import { describe, expect, test } from 'vitest'
import { DOMAIN_ERROR_CODES, DOMAIN_ERRORS, DomainError, unreachable } from './errors.ts'

describe('a domain error', () => {
  test.each(DOMAIN_ERROR_CODES)('%s is a kebab-case code with one sentence of its own', code => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect(DOMAIN_ERRORS[code]).toMatch(/^[A-Z][^.]*\.$/)
    expect(DOMAIN_ERROR_CODES.filter(other => DOMAIN_ERRORS[other] === DOMAIN_ERRORS[code])).toEqual([code])
  })

  test('says its sentence and names the field at fault', () => {
    const error = new DomainError('limit-above-ceiling', 'dailyAmount')
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ name: 'DomainError', code: 'limit-above-ceiling', field: 'dailyAmount' })
    expect(error.message).toBe('The limit is higher than the card program allows. (dailyAmount)')
  })

  test('without a field is its sentence alone', () => {
    const error = new DomainError('card-not-found')
    expect(error.field).toBeUndefined()
    expect(error.message).toBe('The card does not exist.')
  })
})

test('a switch that meets a value outside of its union fails loudly', () => {
  expect(() => unreachable('new-member' as never)).toThrow('unreachable: new-member')
})
