import { expect, test } from 'vitest'
import { CALL_NAMES, CALLS, FIELDS } from './calls.ts'
import { curlOf } from './curl.ts'
import { magicAmount } from './magic-amounts.ts'
import { PRESETS } from './presets.ts'

test('presets fill in fields that their call takes, and all that it needs', () => {
  for (const call of CALL_NAMES) {
    for (const { label, values } of PRESETS[call] ?? []) {
      const taken: readonly string[] = CALLS[call].fields
      expect(
        Object.keys(values).filter(name => !taken.includes(name)),
        label,
      ).toEqual([])
      expect(
        CALLS[call].required.filter(name => !(name in values)),
        label,
      ).toEqual([])
    }
  }
})

test('a choice of a preset is one that its field has', () => {
  const chosen = Object.values(PRESETS).flatMap(presets => presets.flatMap(({ values }) => Object.entries(values)))
  for (const [name, value] of chosen) {
    const field = FIELDS[name as keyof typeof FIELDS]
    if (field.kind === 'choice' && 'choices' in field) expect(field.choices).toContain(value)
  }
})

test('a magic amount has the decimals of its currency', () => {
  expect(magicAmount('insufficient-funds', 'USD')).toBe('9900.51')
  expect(magicAmount('insufficient-funds', 'JPY')).toBe('990051')
  expect(magicAmount('insufficient-funds', 'KWD')).toBe('990.051')
  expect(magicAmount('insufficient-funds', 'U')).toBe('9900.51')
})

test('a line of shell does not end where a merchant has an apostrophe, and holds no key', () => {
  const line = curlOf('https://issuer.example', 'authorizations', { merchant: { name: "Joe's $(reboot)" } })
  expect(line).toContain(`-d '{"merchant":{"name":"Joe'\\''s $(reboot)"}}'`)
  expect(line).toContain('https://issuer.example/operator/v1/simulations/authorizations')
  expect(line).toContain('Bearer $OPERATOR_KEY')
  expect(curlOf('', 'clock', {})).toContain('/operator/v1/clock')
})
