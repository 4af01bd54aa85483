import { CARD_STATUSES } from '@openissuer/core/card/card.ts'
import { type CardAction, statusAfter } from '@openissuer/core/card/status-change.ts'
import { expect, test } from 'vitest'
import { actionsOf } from '../../packages/console/src/features/cards/card-actions.ts'

const ACTIONS: readonly CardAction[] = ['produce', 'activate', 'block', 'unblock', 'report-lost', 'close']

test.each(CARD_STATUSES)('of a card that is %s the console offers what the server allows', status => {
  const offered = actionsOf(status).map(({ action }) => action)
  expect(offered.toSorted()).toEqual(ACTIONS.filter(action => statusAfter(status, action) !== undefined).toSorted())
})
