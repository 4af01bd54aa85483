import { afterAll, beforeAll, expect, test } from 'vitest'
import { refusalOf } from '../../../../test/support/lifecycle.ts'
import { addProgram, createUseCases, type UseCases } from '../../../../test/support/use-cases.ts'
import { updateProgram } from './update-program.ts'

let useCases: UseCases

beforeAll(async () => {
  useCases = await createUseCases()
  await addProgram(useCases)
})

afterAll(() => useCases.close())

test('a term out of its bounds is refused and nothing is changed, not even the others', async () => {
  const before = await useCases.ports.storage.read.program(1n)
  for (const term of [{ fxMarkupBps: 10_001 }, { fxMarkupBps: -1 }, { holdDays: 0 }, { longHoldDays: 1.5 }]) {
    const refused = useCases.run(work => updateProgram(work, 1n, { foreignFeeBps: 5, ...term }))
    expect(await refusalOf(refused)).toBe('invalid-field')
  }
  expect(await useCases.ports.storage.read.program(1n)).toEqual(before)
})

test('two who change different terms at once both succeed', async () => {
  await Promise.all([
    useCases.run(work => updateProgram(work, 1n, { fxMarkupBps: 11 })),
    useCases.run(work => updateProgram(work, 1n, { foreignFeeBps: 12 })),
    useCases.run(work => updateProgram(work, 1n, { holdDays: 13 })),
  ])
  const program = await useCases.ports.storage.read.program(1n)
  expect(program?.terms).toMatchObject({ fxMarkupBps: 11, foreignFeeBps: 12, holdDays: 13 })
})

test('a program that does not exist is not found', async () => {
  expect(await refusalOf(useCases.run(work => updateProgram(work, 9n, { holdDays: 1 })))).toBe('program-not-found')
})
