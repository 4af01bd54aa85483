/** What the menu leads to. An address with `$partnerId` belongs to the partner that is looked at. */
import {
  ArrowLeftRight,
  BookOpenText,
  Building2,
  Clock,
  CreditCard,
  House,
  type LucideIcon,
  ScrollText,
  SearchCheck,
  Users,
  Webhook,
} from 'lucide-react'

export type Destination = { readonly label: string; readonly to: string; readonly icon: LucideIcon }

export type DestinationGroup = { readonly label: string; readonly destinations: readonly Destination[] }

export const NAVIGATION: readonly DestinationGroup[] = [
  { label: 'Platform', destinations: [{ label: 'Home', to: '/', icon: House }] },
  {
    label: 'Issuing',
    destinations: [
      { label: 'Cards', to: '/p/$partnerId/cards', icon: CreditCard },
      { label: 'Cardholders', to: '/p/$partnerId/cardholders', icon: Users },
      { label: 'Authorizations', to: '/p/$partnerId/authorizations', icon: ArrowLeftRight },
    ],
  },
  { label: 'Money', destinations: [{ label: 'Ledger', to: '/p/$partnerId/ledger', icon: BookOpenText }] },
  {
    label: 'Integration',
    destinations: [
      { label: 'Partners', to: '/partners', icon: Building2 },
      { label: 'Webhooks', to: '/p/$partnerId/webhooks', icon: Webhook },
      { label: 'API log', to: '/api-log', icon: ScrollText },
      { label: 'Inspector', to: '/inspector', icon: SearchCheck },
    ],
  },
  { label: 'Sandbox', destinations: [{ label: 'Clock', to: '/clock', icon: Clock }] },
]
