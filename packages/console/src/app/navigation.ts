/** What the menu leads to. An address with `$partnerId` belongs to the partner that is looked at. */
import {
  ArrowLeftRight,
  Bell,
  BookOpenText,
  Building2,
  Clock,
  Coins,
  ContactRound,
  CreditCard,
  FileClock,
  FlaskConical,
  Gauge,
  House,
  KeyRound,
  Landmark,
  Layers,
  type LucideIcon,
  ReceiptText,
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
      { label: 'Contacts', to: '/p/$partnerId/contacts', icon: ContactRound },
      { label: 'Limits', to: '/p/$partnerId/limits', icon: Gauge },
      { label: 'Authorizations', to: '/p/$partnerId/authorizations', icon: ArrowLeftRight },
    ],
  },
  {
    label: 'Money',
    destinations: [
      { label: 'Deposits', to: '/p/$partnerId/deposits', icon: Landmark },
      { label: 'Ledger', to: '/p/$partnerId/ledger', icon: BookOpenText },
    ],
  },
  {
    label: 'Integration',
    destinations: [
      { label: 'Partners', to: '/partners', icon: Building2 },
      { label: 'Webhooks', to: '/p/$partnerId/webhooks', icon: Webhook },
      { label: 'Events', to: '/p/$partnerId/events', icon: Bell },
      { label: 'API log', to: '/api-log', icon: ScrollText },
      { label: 'Inspector', to: '/inspector', icon: SearchCheck },
    ],
  },
  {
    label: 'Sandbox',
    destinations: [
      { label: 'Simulator', to: '/p/$partnerId/simulator', icon: FlaskConical },
      { label: 'Clock', to: '/clock', icon: Clock },
    ],
  },
  {
    label: 'Settings',
    destinations: [
      { label: 'Programs', to: '/programs', icon: Layers },
      { label: 'Fee plans', to: '/fee-plans', icon: ReceiptText },
      { label: 'Exchange rates', to: '/exchange-rates', icon: Coins },
      { label: 'Operator keys', to: '/operator-keys', icon: KeyRound },
      { label: 'Audit log', to: '/audit-log', icon: FileClock },
    ],
  },
]
