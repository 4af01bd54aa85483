import { Group } from '@mantine/core'
import type { Account, CardWithDetails } from '@openissuer/sdk/operator.ts'
import { ArrowDownToLine, ArrowUpFromLine } from 'lucide-react'
import { lazy } from 'react'
import { AmountText } from '../../components/amount.tsx'
import { DialogButton } from '../../components/dialog-form.tsx'
import { Section } from '../../components/page.tsx'
import { wordsOf } from '../../components/status-badge.tsx'
import { useMay } from '../../lib/session.ts'
import classes from './card-page.module.css'

const MoveForm = lazy(() => import('./move-form.tsx'))

/** What is on the card's account, and how money gets on it and off again. */
export function CardMoney({ card }: { readonly card: CardWithDetails }) {
  const { account } = card
  const may = useMay('operator')
  const own = account.kind === 'card'
  const open = !['closing', 'closed', 'failed'].includes(card.status)
  return (
    <Section title="Money" lead={own ? 'An account of its own' : `Spends from the ${wordsOf(account.kind)} account`}>
      <dl className={classes.figures}>
        <Figure term="Available" value={account.available} />
        <Figure term="Balance" value={account.balance} />
        <Figure term="On hold" value={account.held} />
      </dl>
      {own ? (
        <Group gap={8}>
          <DialogButton label="Load" icon={<ArrowDownToLine size={15} />} disabled={!may || !open}>
            {close => <MoveForm card={card} way="load" close={close} />}
          </DialogButton>
          <DialogButton label="Unload" icon={<ArrowUpFromLine size={15} />} disabled={!may || !open}>
            {close => <MoveForm card={card} way="unload" close={close} />}
          </DialogButton>
        </Group>
      ) : (
        <p className={classes.note}>Money is moved on the account itself; other cards may spend from it too.</p>
      )}
    </Section>
  )
}

function Figure({ term, value }: { readonly term: string; readonly value: Account['balance'] }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>
        <AmountText value={value} />
      </dd>
    </div>
  )
}
