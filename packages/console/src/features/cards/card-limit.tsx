import type { CardLimit, LimitOfCard, Money } from '@openissuer/sdk/operator.ts'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Gauge } from 'lucide-react'
import { lazy, type ReactNode } from 'react'
import { AmountText } from '../../components/amount.tsx'
import { DialogButton } from '../../components/dialog-form.tsx'
import { Section } from '../../components/page.tsx'
import { EmptyState, Loaded } from '../../components/states.tsx'
import { UsageBar } from '../../components/usage-bar.tsx'
import { api } from '../../lib/api.ts'
import { share } from '../../lib/money.ts'
import { useMay } from '../../lib/session.ts'
import classes from './card-page.module.css'

const CardLimitForm = lazy(() => import('../../components/card-limit-form.tsx'))

export function CardLimitSection({ partnerId, cardId }: { readonly partnerId: string; readonly cardId: string }) {
  const may = useMay('operator')
  const query = useQuery({
    queryKey: ['card', partnerId, cardId, 'limit'],
    queryFn: ({ signal }) => api.cardLimits.retrieve(partnerId, cardId, { signal }),
  })
  const change = (label: string, known: LimitOfCard) => (
    <DialogButton label={label} icon={<Gauge size={15} />} disabled={!may}>
      {close => <CardLimitForm partnerId={partnerId} cardId={cardId} known={known} close={close} />}
    </DialogButton>
  )
  return (
    <Section
      title="Limits"
      lead="Today, this month and in all, in UTC"
      actions={query.data?.limit != null && change('Change the limit', query.data)}
    >
      <Loaded query={query}>
        {known =>
          known.limit === null ? (
            <EmptyState title="No limit" action={change('Set a limit', known)}>
              Purchases are held back by money, status and spend limits alone.
            </EmptyState>
          ) : (
            <LimitBars limit={known.limit} />
          )
        }
      </Loaded>
      <p className={classes.links}>
        <RulesLink to="spend" partnerId={partnerId} cardId={cardId}>
          Spend limits of this card
        </RulesLink>
        <RulesLink to="controls" partnerId={partnerId} cardId={cardId}>
          Merchant controls of this card
        </RulesLink>
      </p>
    </Section>
  )
}

type RulesLinkProps = {
  readonly to: 'spend' | 'controls'
  readonly partnerId: string
  readonly cardId: string
  readonly children: ReactNode
}

function RulesLink({ to, partnerId, cardId, children }: RulesLinkProps) {
  return (
    <Link
      to={`/p/$partnerId/limits/${to}` as never}
      params={{ partnerId } as never}
      search={{ scopeKind: 'card', scopeId: cardId } as never}
    >
      {children}
    </Link>
  )
}

function LimitBars({ limit }: { readonly limit: CardLimit }) {
  const { used, remaining } = limit
  return (
    <div className={classes.bars}>
      <p className={classes.note}>
        Single purchase: at most <AmountText value={limit.singleAmount} />
      </p>
      <UsageBar
        label="Purchases today"
        part={limit.dailyCount === 0 ? 1 : Math.min(1, used.dailyCount / limit.dailyCount)}
        used={used.dailyCount}
        of={limit.dailyCount}
        left={remaining.dailyCount}
      />
      <AmountBar label="Today" used={used.dailyAmount} of={limit.dailyAmount} left={remaining.dailyAmount} />
      <AmountBar label="This month" used={used.monthlyAmount} of={limit.monthlyAmount} left={remaining.monthlyAmount} />
      {limit.totalAmount !== null && remaining.totalAmount !== null && (
        <AmountBar label="In all" used={used.totalAmount} of={limit.totalAmount} left={remaining.totalAmount} />
      )}
    </div>
  )
}

type AmountBarProps = { readonly label: string; readonly used: Money; readonly of: Money; readonly left: Money }

function AmountBar({ label, used, of, left }: AmountBarProps) {
  return (
    <UsageBar
      label={label}
      part={share(used, of)}
      used={<AmountText value={used} />}
      of={<AmountText value={of} />}
      left={<AmountText value={left} />}
    />
  )
}
