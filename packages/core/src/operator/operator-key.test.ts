import { expect, test } from 'vitest'
import { mayActAs, OPERATOR_ROLES } from './operator-key.ts'

test.each([
  ['read-only', ['read-only']],
  ['operator', ['read-only', 'operator']],
  ['reveal', ['read-only', 'operator', 'reveal']],
] as const)('a key of role %s may do what %j may', (role, allowed) => {
  expect(OPERATOR_ROLES.filter(needed => mayActAs(role, needed))).toEqual(allowed)
})
