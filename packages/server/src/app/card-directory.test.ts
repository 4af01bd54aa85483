import { currency } from '@openissuer/core/money/currency.ts'
import { expect, test } from 'vitest'
import { createCardDirectory } from './card-directory.ts'
import type { Reader } from './ports.ts'

const USD = currency('USD')

function directoryOver(cards: Record<string, { accountId: bigint; programId: bigint }>, knownMax?: number) {
  const asked: string[] = []
  const read = {
    async card(partnerId: bigint, cardId: bigint) {
      asked.push(`${partnerId}/${cardId}`)
      return cards[`${partnerId}/${cardId}`]
    },
    async program(programId: bigint) {
      return programId === 9n ? { currency: USD } : undefined
    },
  }
  return { asked, directory: createCardDirectory(read as unknown as Reader, knownMax) }
}

test('reads a card once', async () => {
  const { asked, directory } = directoryOver({ '1/5': { accountId: 7n, programId: 9n } })
  const route = { accountId: 7n, programId: 9n, currency: USD }
  expect(await directory.find(1n, 5n)).toMatchObject(route)
  expect(await directory.find(1n, 5n)).toMatchObject(route)
  expect(asked).toEqual(['1/5'])
})

test('a known card is unknown to another partner', async () => {
  const { directory } = directoryOver({ '1/5': { accountId: 7n, programId: 9n } })
  await directory.find(1n, 5n)
  expect(await directory.find(2n, 5n)).toBeUndefined()
})

test('a card that does not exist is asked for again', async () => {
  const cards: Record<string, { accountId: bigint; programId: bigint }> = {}
  const { asked, directory } = directoryOver(cards)
  expect(await directory.find(1n, 5n)).toBeUndefined()
  cards['1/5'] = { accountId: 7n, programId: 9n }
  expect(await directory.find(1n, 5n)).toMatchObject({ accountId: 7n })
  expect(asked).toEqual(['1/5', '1/5'])
})

test('forgets rather than grows', async () => {
  const card = { accountId: 7n, programId: 9n }
  const { asked, directory } = directoryOver({ '1/5': card, '1/6': card, '1/7': card }, 2)
  for (const cardId of [5n, 6n, 7n, 7n, 5n]) await directory.find(1n, cardId)
  expect(asked).toEqual(['1/5', '1/6', '1/7', '1/5'])
})
