import { expect, test } from 'vitest'
import { partsOfSubject, wordsOfAction, wordsOfActor } from './words.ts'

test('a call is told in words, and as it is where there are none', () => {
  expect(wordsOfAction('POST /operator/v1/partners/:partnerId/cards/:cardId/block')).toBe('Blocked a card')
  expect(wordsOfAction('reveal-card')).toBe('Saw a full card number')
  expect(wordsOfAction('POST /operator/v1/some/:thing')).toBe('POST /some/:thing')
})

test('whoever did it is named', () => {
  expect(wordsOfActor({ actor: 'operator-key:100001', actorName: 'first start' })).toBe('first start')
  expect(wordsOfActor({ actor: 'operator-key:100001', actorName: null })).toBe('Operator key 100001')
  expect(wordsOfActor({ actor: 'pci-page:ak_1', actorName: null })).toBe('Card page of ak_1')
  expect(wordsOfActor({ actor: 'first-start', actorName: null })).toBe('first-start')
})

test('what it was done to leads to its page', () => {
  expect(partsOfSubject('partnerId=100001 cardId=7', '100001')).toEqual([
    { label: 'Card', id: '7', to: '/p/$partnerId/cards/$cardId', params: { cardId: '7', partnerId: '100001' } },
  ])
  expect(partsOfSubject('programId=2', null)).toEqual([
    { label: 'Program', id: '2', to: '/programs/$programId', params: { programId: '2' } },
  ])
  expect(partsOfSubject('cardId=7', null)).toMatchObject([{ to: null }])
  expect(partsOfSubject('novelId=1=2', '1')).toMatchObject([{ label: 'novelId', id: '1=2', to: null }])
  expect(partsOfSubject('', '1')).toEqual([])
})
