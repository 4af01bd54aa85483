import { readFileSync } from 'node:fs'
import { DOMAIN_ERROR_CODES, DomainError } from '@openissuer/core/errors.ts'
import { describe, expect, it } from 'vitest'
import { languageNamed, STATUS_CODES, type StatusCode, statusText } from './dictionary.ts'
import { failure, success } from './envelope.ts'
import { CODE_OF_DOMAIN_ERROR, fromDomainError, KeysecureError } from './errors.ts'

const CODES = Object.keys(STATUS_CODES).map(Number) as StatusCode[]

describe('domain errors', () => {
  it.each(DOMAIN_ERROR_CODES)('%s has a code of the dictionary', code => {
    expect(STATUS_CODES).toHaveProperty(String(CODE_OF_DOMAIN_ERROR[code]))
  })

  it('name the field as the wire calls it', () => {
    expect(fromDomainError(new DomainError('invalid-field', 'uniqueNo'))).toMatchObject({
      code: 1004,
      field: 'cardholder_unique_no',
    })
  })

  it("never show the domain's own field names", () => {
    expect(fromDomainError(new DomainError('invalid-field', 'dailyCount')).field).toBeUndefined()
    expect(fromDomainError(new DomainError('account-not-found', 'reserve')).field).toBeUndefined()
  })
})

describe('texts', () => {
  it.each(CODES)('%s has an English and a Chinese text', code => {
    expect(statusText(code, 'en_US')).toMatch(/^[\x20-\x7e]+$/)
    expect(statusText(code, 'zh_CN')).toMatch(/\p{Script=Han}/u)
  })

  it.each([
    ['zh_CN', 'zh_CN'],
    ['en_US', 'en_US'],
    ['zh_cn', 'en_US'],
    ['zh-CN', 'en_US'],
    ['fr_FR', 'en_US'],
    ['zh_CN, zh_CN', 'en_US'],
    [undefined, 'en_US'],
  ])('Language %s is answered in %s', (header, language) => {
    expect(languageNamed(header)).toBe(language)
  })

  it.each([
    [1004, 'cardholder_no', 'cardholder_no invalid parameter', 'cardholder_no 参数错误'],
    [1004, 'address_info.city', 'address_info.city invalid parameter', 'address_info.city 参数错误'],
    [1004, undefined, 'Invalid request parameter', '请求参数错误'],
    [2008, 'address_info.first_name', 'address_info.first_name only supports English input', undefined],
    [2009, 'address_info.phone_code', 'address_info.phone_code invalid parameter', undefined],
    [1003, undefined, 'IP address not allowed', 'IP 地址不正确'],
    [1005, undefined, 'Timestamp invalid or expired', '时间戳已失效'],
  ] as const)('%s on %s reads %j', (code, field, english, chinese) => {
    expect(failure(new KeysecureError(code, field), 'en_US')).toEqual({ code, msg: english })
    if (chinese !== undefined) expect(failure(new KeysecureError(code, field), 'zh_CN').msg).toBe(chinese)
  })

  it('are the ones that docs/keysecure.md shows', () => {
    const page = readFileSync(new URL('../../../../../docs/keysecure.md', import.meta.url), 'utf8')
    for (const code of CODES) {
      const { en_US, zh_CN } = STATUS_CODES[code]
      const domainErrors = DOMAIN_ERROR_CODES.filter(error => CODE_OF_DOMAIN_ERROR[error] === code)
      const names = domainErrors.map(name => `\`${name}\``).join(', ')
      expect(page).toContain(`\n| ${code} | ${en_US[0]} (${en_US[1]}) | ${zh_CN[0]} (${zh_CN[1]}) | ${names} |\n`)
    }
  })
})

describe('envelope', () => {
  it('goes out as code, msg, data', () => {
    expect(JSON.stringify(success({ list: [] }, 'en_US'))).toBe('{"code":0,"msg":"Success","data":{"list":[]}}')
  })

  it('has no data when the call failed', () => {
    expect(Object.keys(failure(new KeysecureError(2002), 'en_US'))).toEqual(['code', 'msg'])
  })
})
