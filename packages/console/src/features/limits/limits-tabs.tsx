import { LinkTabs } from '../../components/link-tabs.tsx'

const TABS = [
  { label: 'Card limits', to: '/p/$partnerId/limits', exact: true },
  { label: 'Spend limits', to: '/p/$partnerId/limits/spend', exact: false },
  { label: 'Merchant controls', to: '/p/$partnerId/limits/controls', exact: false },
]

/** The three ways in which purchases are held back. */
export function LimitsTabs() {
  return <LinkTabs label="Limits" tabs={TABS} />
}
