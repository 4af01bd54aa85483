/**
 * The JSON of documents holds. The info string of a block says what it is: `post=` a body that the call accepts (`as=`:
 * one member of it), `answer=` a whole answer of the call as its reference describes it, `fragment` a part of one.
 */
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { START_MS_MAX } from '../contract/world.ts'
import { answerFaults } from '../support/reference.ts'
import { filledIn } from './command-line.ts'
import { type Block, blocksOf } from './document.ts'
import { Sandbox } from './sandbox.ts'

const ROOT = resolve(import.meta.dirname, '../..')

const DOCUMENTS = ['docs/limits.md', 'docs/operator-api.md']

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await Sandbox.start()
}, START_MS_MAX)

afterAll(() => sandbox.stop())

/** What the ids of a body stand for, by the member that names them. */
const IDS: Readonly<Record<string, () => Promise<string>>> = {
  '"kind": "card", "id": "100848"': async () => `"kind": "card", "id": "${await sandbox.cardId()}"`,
  '"kind": "program", "id": "100001"': async () => `"kind": "program", "id": "${await sandbox.programId()}"`,
  '"cardToken": "450620141926"': async () => `"cardToken": "${await sandbox.card()}"`,
  '"authorizationId": "100000000002"': async () => `"authorizationId": "${await sandbox.authorization()}"`,
}

/** What is around a member that is sent alone. */
const AROUND: Readonly<Record<string, () => Promise<object>>> = {
  threeDs: async () => ({ cardToken: await sandbox.card(), amount: '12.50', currency: 'USD' }),
}

const samples = (
  await Promise.all(
    DOCUMENTS.map(async path => {
      const blocks = blocksOf(await readFile(join(ROOT, path), 'utf8'))
      return blocks.filter(({ language }) => language === 'json').map(block => ({ place: placeOf(path, block), block }))
    }),
  )
).flat()

test.each(samples)('$place', async ({ block: { options, text } }) => {
  const [post, answer] = [options.get('post'), options.get('answer')]
  if (post !== undefined) await isAccepted(post, text, options.get('as'))
  else if (answer !== undefined) isAsDescribed(answer, text)
  else if (options.has('fragment')) expect(membersOf(text).length).toBeGreaterThan(0)
  else throw new Error('it says neither post= nor answer= nor fragment')
})

function placeOf(path: string, { line, options }: Block): string {
  return `${path}:${line} ${[...options].map(pair => pair.filter(part => part !== '').join('=')).join(' ')}`
}

async function isAccepted(path: string, text: string, member: string | undefined): Promise<void> {
  const { baseUrl, operatorKey } = sandbox.world.credentials
  const value: unknown = JSON.parse(filledIn(text, await standsIn(text)))
  const response = await fetch(baseUrl + path.replace('{partnerId}', sandbox.partnerId), {
    method: 'POST',
    headers: { authorization: `Bearer ${operatorKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(member === undefined ? value : { ...(await around(member)), [member]: value }),
  })
  const answer = await response.text()
  expect([200, 201], answer).toContain(response.status)
  await takeBack(answer)
}

/** A control is asked about the purchases of the samples after it too. */
async function takeBack(answer: string): Promise<void> {
  const { controlId } = JSON.parse(answer) as { controlId?: string }
  if (controlId !== undefined) await sandbox.world.operator.merchantControls.remove(sandbox.partnerId, controlId)
}

async function standsIn(text: string): Promise<Record<string, string>> {
  const named = Object.entries(IDS).filter(([words]) => text.includes(words))
  return Object.fromEntries(await Promise.all(named.map(async ([words, make]) => [words, await make()] as const)))
}

async function around(member: string): Promise<object> {
  const make = AROUND[member]
  if (make === undefined) throw new Error(`AROUND does not say what ${member} is a member of`)
  return make()
}

/** @param call method and path of the reference, as `get:/operator/v1/clock` */
function isAsDescribed(call: string, text: string): void {
  const [method = '', path = ''] = call.split(':')
  const faultsOf = (answer: unknown) => answerFaults('operator', { method, path, status: 200, answer })
  expect(faultsOf({}), `${call} is a call of the reference`).not.toEqual([])
  expect(faultsOf(JSON.parse(text))).toEqual([])
}

/** A fragment may be some members without the braces around them. */
function membersOf(text: string): string[] {
  return Object.keys(JSON.parse(text.trimStart().startsWith('{') ? text : `{${text}}`) as object)
}
