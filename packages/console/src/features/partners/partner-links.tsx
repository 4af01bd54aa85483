import { Link } from '@tanstack/react-router'
import {
  ArrowLeftRight,
  Bell,
  BookOpenText,
  CreditCard,
  FileClock,
  Landmark,
  type LucideIcon,
  ScrollText,
  Users,
  Webhook,
} from 'lucide-react'
import { Section } from '../../components/page.tsx'
import classes from './partner-links.module.css'

type Way = {
  readonly label: string
  readonly to: string
  readonly search?: (partnerId: string) => Readonly<Record<string, string>>
  readonly icon: LucideIcon
}

const WAYS: readonly Way[] = [
  { label: 'Cards', to: '/p/$partnerId/cards', icon: CreditCard },
  { label: 'Cardholders', to: '/p/$partnerId/cardholders', icon: Users },
  { label: 'Authorizations', to: '/p/$partnerId/authorizations', icon: ArrowLeftRight },
  { label: 'Deposits', to: '/p/$partnerId/deposits', icon: Landmark },
  { label: 'Ledger', to: '/p/$partnerId/ledger', icon: BookOpenText },
  { label: 'Events', to: '/p/$partnerId/events', icon: Bell },
  { label: 'Webhooks', to: '/p/$partnerId/webhooks', icon: Webhook },
  { label: 'API log', to: '/api-log', search: partnerId => ({ partnerId }), icon: ScrollText },
  { label: 'Audit log', to: '/p/$partnerId/audit-log', icon: FileClock },
]

/** Where what belongs to the partner is. */
export function PartnerLinks({ partnerId }: { readonly partnerId: string }) {
  return (
    <Section title="What belongs to it">
      <ul className={classes.links}>
        {WAYS.map(({ label, to, search, icon: Icon }) => (
          <li key={label}>
            <Link
              to={to as never}
              params={{ partnerId } as never}
              search={(search?.(partnerId) ?? {}) as never}
              className={classes.link}
            >
              <Icon size={16} aria-hidden />
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  )
}
