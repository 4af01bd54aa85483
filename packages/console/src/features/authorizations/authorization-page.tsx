import type { Authorization } from '@openissuer/sdk/operator.ts'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { AmountText } from '../../components/amount.tsx'
import { CopyText } from '../../components/copy-button.tsx'
import { Facts } from '../../components/facts.tsx'
import { InstantText } from '../../components/instant.tsx'
import { JsonView } from '../../components/json-view.tsx'
import { Page, Section } from '../../components/page.tsx'
import { SimulateLink } from '../../components/simulate-link.tsx'
import { Loaded } from '../../components/states.tsx'
import { StatusBadge, wordsOf } from '../../components/status-badge.tsx'
import { Trace } from '../../components/trace.tsx'
import { api } from '../../lib/api.ts'
import { formatMoney, isZero } from '../../lib/money.ts'
import { usePartnerId } from '../../lib/partner.ts'
import classes from './authorizations.module.css'
import { Deliveries } from './deliveries.tsx'
import { MoneyTrail } from './money-trail.tsx'
import { Timeline } from './timeline.tsx'

const OPEN_POLL_MS = 5_000

export default function AuthorizationDetailPage() {
  const partnerId = usePartnerId()
  const { authorizationId = '' } = useParams({ strict: false }) as { readonly authorizationId?: string }
  const authorization = useQuery({
    queryKey: ['authorization', partnerId, authorizationId],
    queryFn: ({ signal }) => api.authorizations.retrieve(authorizationId, { partnerId }, { signal }),
    refetchInterval: ({ state }) => (state.data?.status === 'open' ? OPEN_POLL_MS : false),
  })
  const { data } = authorization
  return (
    <Page
      title={data === undefined ? 'Authorization' : titleOf(data)}
      aside={data && <States authorization={data} />}
      lead={data?.explanation}
      crumbs={[{ label: 'Authorizations', to: '/p/$partnerId/authorizations', params: { partnerId } }]}
      actions={data && <SimulateLink {...data} />}
    >
      <Loaded query={authorization} rows={8}>
        {found => <Details authorization={found} />}
      </Loaded>
    </Page>
  )
}

function titleOf({ purpose, transactionAmount, merchant }: Authorization): string {
  const what = isZero(transactionAmount) ? wordsOf(purpose) : `${wordsOf(purpose)} of ${formatMoney(transactionAmount)}`
  return merchant.name === null ? what : `${what} at ${merchant.name}`
}

function States({ authorization }: { readonly authorization: Authorization }) {
  return (
    <>
      <StatusBadge status={authorization.decision} />
      {authorization.decision === 'approved' && <StatusBadge status={authorization.status} />}
    </>
  )
}

function Details({ authorization }: { readonly authorization: Authorization }) {
  return (
    <>
      <div className={classes.columns}>
        <Section title="Decision" lead="The rules in the order in which they were asked; the first objection decides.">
          <Trace trace={authorization.trace} declineReason={authorization.declineReason} />
        </Section>
        <Section title="Life" lead="Every message so far, and what is still to come.">
          <Timeline authorization={authorization} />
        </Section>
      </div>
      <Section title="Money" lead="What was held and released, and what was posted for it." flush>
        <MoneyTrail authorization={authorization} />
      </Section>
      <Section title="Facts">
        <AuthorizationFacts authorization={authorization} />
      </Section>
      <Deliveries partnerId={authorization.partnerId} authorizationId={authorization.authorizationId} />
      <Section title="Record" lead="As the API has it, with the card number masked.">
        <JsonView value={authorization} label="the record" />
      </Section>
    </>
  )
}

function CardLink({ authorization: { partnerId, cardToken, maskedPan } }: { readonly authorization: Authorization }) {
  return (
    <Link
      to={'/p/$partnerId/cards/by-token/$cardToken' as never}
      params={{ partnerId, cardToken } as never}
      className="mono"
    >
      {maskedPan}
    </Link>
  )
}

function AuthorizationFacts({ authorization }: { readonly authorization: Authorization }) {
  const { merchant, threeDs, conversionRate } = authorization
  return (
    <Facts
      facts={[
        { term: 'Transaction amount', value: <AmountText value={authorization.transactionAmount} /> },
        { term: 'Billing amount', value: <AmountText value={authorization.billingAmount} /> },
        { term: 'Conversion rate', value: conversionRate },
        { term: 'Approved', value: <AmountText value={authorization.approvedAmount} /> },
        { term: 'Held', value: <AmountText value={authorization.held} /> },
        { term: 'Cleared', value: <AmountText value={authorization.cleared} /> },
        { term: 'Reversed', value: <AmountText value={authorization.reversed} /> },
        { term: 'Expired', value: <AmountText value={authorization.expired} /> },
        { term: 'Refunded', value: <AmountText value={authorization.refunded} /> },
        { term: 'Fees', value: <AmountText value={authorization.fee} /> },
        { term: 'Decided', value: <InstantText at={authorization.createdAt} precise /> },
        {
          term: 'Hold lapses',
          value: <InstantText at={authorization.status === 'open' ? authorization.expiresAt : null} />,
        },
        { term: 'Response code', value: authorization.responseCode },
        { term: 'Approval code', value: authorization.approvalCode },
        { term: 'Entry mode', value: authorization.entryMode && wordsOf(authorization.entryMode) },
        { term: '3-D Secure', value: threeDs && `${wordsOf(threeDs.result)} (ECI ${threeDs.eci})` },
        { term: 'Card', value: <CardLink authorization={authorization} /> },
        { term: 'Card token', value: <CopyText value={authorization.cardToken} label="the card token" /> },
        { term: 'Merchant', value: merchant.name },
        { term: 'Merchant id', value: merchant.id && <CopyText value={merchant.id} label="the merchant id" /> },
        { term: 'MCC', value: merchant.mcc },
        { term: 'Where', value: [merchant.city, merchant.country].filter(part => part !== null).join(', ') },
        { term: 'Acquirer', value: merchant.acquirerId },
        {
          term: 'Authorization id',
          value: <CopyText value={authorization.authorizationId} label="the authorization id" />,
        },
      ]}
    />
  )
}
