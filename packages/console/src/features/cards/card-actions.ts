import type { CardAction, CardStatus } from '@openissuer/sdk/operator.ts'

export type ActionWords = {
  readonly action: CardAction
  readonly label: string
  readonly consequence: string
  readonly done: string
  readonly danger?: boolean
  readonly reason: 'optional' | 'required'
}

/** What can be done to a card, in the order of its life, and in which status. A test holds it against the server's own rules. */
const ACTIONS: readonly (ActionWords & { readonly from: readonly CardStatus[] })[] = [
  {
    action: 'produce',
    from: ['pending'],
    label: 'Mark as produced',
    consequence: 'The card is made and on its way; its holder has to activate it.',
    done: 'The card is produced.',
    reason: 'optional',
  },
  {
    action: 'activate',
    from: ['awaiting-activation'],
    label: 'Activate',
    consequence: 'The holder has the card in hand: from now on purchases are decided by limits and money.',
    done: 'The card is active.',
    reason: 'optional',
  },
  {
    action: 'unblock',
    from: ['blocked'],
    label: 'Unblock',
    consequence: 'Purchases are approved again where limits and money allow.',
    done: 'The card is active again.',
    reason: 'optional',
  },
  {
    action: 'block',
    from: ['active'],
    label: 'Block',
    consequence: 'New purchases are declined until the card is unblocked. What is on hold still clears.',
    done: 'The card is blocked.',
    reason: 'required',
  },
  {
    action: 'report-lost',
    from: ['active', 'blocked'],
    label: 'Report lost',
    consequence: 'New purchases are declined as lost. This cannot be undone; the card can only be closed.',
    done: 'The card is lost.',
    danger: true,
    reason: 'required',
  },
  {
    action: 'close',
    from: ['pending', 'awaiting-activation', 'active', 'blocked', 'lost'],
    label: 'Close',
    consequence:
      'The card is closed for good. Money of its own goes back to the partner, once nothing is on hold any more.',
    done: 'The card is being closed.',
    danger: true,
    reason: 'required',
  },
]

export function actionsOf(status: CardStatus): readonly ActionWords[] {
  return ACTIONS.filter(({ from }) => from.includes(status))
}
