import { Group } from '@mantine/core'
import type { CardWithDetails } from '@openissuer/sdk/operator.ts'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { ConfirmButton } from '../../components/confirm.tsx'
import { CopyText } from '../../components/copy-button.tsx'
import { Facts } from '../../components/facts.tsx'
import { InstantText } from '../../components/instant.tsx'
import { Page, Section } from '../../components/page.tsx'
import { SimulateLink } from '../../components/simulate-link.tsx'
import { Loaded, LoadingState } from '../../components/states.tsx'
import { StatusBadge, wordsOf } from '../../components/status-badge.tsx'
import { api } from '../../lib/api.ts'
import { usePartnerId } from '../../lib/partner.ts'
import { useMay } from '../../lib/session.ts'
import { useAction } from '../../lib/use-action.ts'
import { type ActionWords, actionsOf } from './card-actions.ts'
import { CardLimitSection } from './card-limit.tsx'
import { CardMoney } from './card-money.tsx'
import classes from './card-page.module.css'
import { CardSecrets } from './card-secrets.tsx'
import { StatusHistory } from './status-history.tsx'

// a table is much to fetch for what is looked at last
const CardAuthorizations = lazy(() => import('./card-authorizations.tsx'))

export default function CardPage() {
  const partnerId = usePartnerId()
  const { cardId = '' } = useParams({ strict: false }) as { readonly cardId?: string }
  const card = useQuery({
    queryKey: ['card', partnerId, cardId, 'details'],
    queryFn: ({ signal }) => api.cards.retrieve(partnerId, cardId, { signal }),
  })
  const crumbs = [{ label: 'Cards', to: '/p/$partnerId/cards', params: { partnerId } }]
  return (
    <Page
      title={card.data === undefined ? 'Card' : card.data.maskedPan}
      crumbs={crumbs}
      aside={card.data !== undefined && <StatusBadge status={card.data.status} />}
      actions={card.data !== undefined && <Actions card={card.data} />}
    >
      <Loaded query={card} rows={8}>
        {found => <Details card={found} />}
      </Loaded>
    </Page>
  )
}

function Actions({ card }: { readonly card: CardWithDetails }) {
  return (
    <Group gap={8}>
      <SimulateLink partnerId={card.partnerId} cardToken={card.cardToken} />
      {actionsOf(card.status).map(words => (
        <ActionButton key={words.action} card={card} words={words} />
      ))}
    </Group>
  )
}

function ActionButton({ card, words }: { readonly card: CardWithDetails; readonly words: ActionWords }) {
  const { partnerId, cardId } = card
  const may = useMay('operator')
  const act = useAction({
    call: (reason: string | undefined) => {
      const given = reason === undefined ? {} : { reason }
      if (words.action === 'report-lost') return api.cards.reportLost(partnerId, cardId, given)
      return api.cards[words.action](partnerId, cardId, given)
    },
    done: () => words.done,
    changes: [['card', partnerId, cardId], ['cards']],
    quiet: true,
  })
  return (
    <ConfirmButton
      label={words.label}
      consequence={words.consequence}
      danger={words.danger ?? false}
      reason={words.reason}
      disabled={!may}
      run={reason => act.mutateAsync(reason)}
    />
  )
}

function Details({ card }: { readonly card: CardWithDetails }) {
  return (
    <>
      <Section title="Card">
        <CardFacts card={card} />
      </Section>
      <div className={classes.columns}>
        <div className={classes.column}>
          <CardMoney card={card} />
          <CardSecrets card={card} />
        </div>
        <CardLimitSection partnerId={card.partnerId} cardId={card.cardId} />
      </div>
      <Suspense fallback={<LoadingState />}>
        <CardAuthorizations card={card} />
      </Suspense>
      <StatusHistory card={card} />
    </>
  )
}

function CardFacts({ card }: { readonly card: CardWithDetails }) {
  const { partnerId } = card
  return (
    <Facts
      facts={[
        { term: 'Form', value: wordsOf(card.form) },
        { term: 'Network', value: wordsOf(card.network) },
        { term: 'Expires', value: <span className="number">{card.expiry}</span> },
        { term: 'Program', value: card.program.name },
        {
          term: 'Cardholder',
          value: card.cardholder && (
            <Link
              to={'/p/$partnerId/cardholders/$cardholderId' as never}
              params={{ partnerId, cardholderId: card.cardholder.cardholderId } as never}
            >
              {card.cardholder.name ?? card.cardholder.cardholderId}
            </Link>
          ),
        },
        { term: 'Unique number', value: <CopyText value={card.uniqueNo} label="unique number" /> },
        { term: 'Token', value: <CopyText value={card.cardToken} label="token" /> },
        { term: 'Id', value: <CopyText value={card.cardId} label="card id" /> },
        { term: 'Created', value: <InstantText at={card.createdAt} /> },
        { term: 'Activated', value: <InstantText at={card.activatedAt} /> },
        { term: 'Remark', value: card.remark },
      ]}
    />
  )
}
