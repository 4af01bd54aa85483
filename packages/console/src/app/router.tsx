/** Which address shows which page. Each page is a file of its own that is fetched when it is first opened. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { EmptyState, ErrorState } from '../components/states.tsx'
import { FILTERS as AUTHORIZATION_FILTERS } from '../features/authorizations/query.ts'
import { DELIVERY_FILTERS } from '../features/webhooks/delivery-filters.ts'
import { searchOf } from '../lib/search.ts'
import { Root } from './root.tsx'

const rootRoute = createRootRoute({
  component: Root,
  notFoundComponent: () => (
    <EmptyState title="There is no such page">Check the address, or take another way from the menu.</EmptyState>
  ),
})

type Loader = () => Promise<{ default: React.ComponentType }>

/** @param filters what the page reads of its address */
function page(path: string, load: Loader, filters: readonly string[] = []) {
  return createRoute({
    getParentRoute: () => rootRoute,
    path: path as '/',
    component: lazyRouteComponent(load),
    validateSearch: searchOf(...filters),
  })
}

const PERIOD_OF_KIND = ['kind', 'from', 'to']

/** what a link to the simulator may choose */
const SIMULATED = ['cardToken', 'authorizationId']

const routes = [
  page('/clock', () => import('../features/clock/clock-page.tsx')),
  page('/', () => import('../features/home/home-page.tsx')),
  page('/api-log', () => import('../features/api-log/calls-page.tsx'), [
    'dialect',
    'partnerId',
    'path',
    'code',
    'live',
  ]),
  page('/api-log/$callId', () => import('../features/api-log/call-page.tsx')),
  page('/inspector', () => import('../features/api-log/inspector-page.tsx'), ['of', 'path']),
  page('/partners', () => import('../features/partners/partners-page.tsx'), ['status']),
  page('/partners/$partnerId', () => import('../features/partners/partner-page.tsx')),
  page('/p/$partnerId/authorizations', () => import('../features/authorizations/authorizations-page.tsx'), [
    ...AUTHORIZATION_FILTERS,
    'live',
  ]),
  page(
    '/p/$partnerId/authorizations/$authorizationId',
    () => import('../features/authorizations/authorization-page.tsx'),
  ),
  page('/p/$partnerId/ledger', () => import('../features/ledger/ledger-page.tsx'), ['at', 'currency']),
  page('/p/$partnerId/ledger/accounts', () => import('../features/ledger/accounts-page.tsx'), ['kind', 'currency']),
  page('/p/$partnerId/ledger/accounts/$accountId', () => import('../features/ledger/account-page.tsx'), PERIOD_OF_KIND),
  page('/p/$partnerId/ledger/journal', () => import('../features/ledger/journal-page.tsx'), [
    ...PERIOD_OF_KIND,
    'account',
    'card',
    'order',
  ]),
  page('/p/$partnerId/ledger/journal/$entryId', () => import('../features/ledger/entry-page.tsx')),
  page('/p/$partnerId/cards', () => import('../features/cards/cards-page.tsx'), [
    'status',
    'lastFour',
    'uniqueNo',
    'cardholderId',
    'programId',
  ]),
  page('/p/$partnerId/cards/new', () => import('../features/cards/new-cards-page.tsx'), ['cardholderId']),
  page('/p/$partnerId/cards/by-token/$cardToken', () => import('../features/cards/card-of-token-page.tsx')),
  page('/p/$partnerId/cards/$cardId', () => import('../features/cards/card-page.tsx')),
  page('/simulator', () => import('../features/simulator/simulator-redirect.tsx'), SIMULATED),
  page('/p/$partnerId/simulator', () => import('../features/simulator/simulator-page.tsx'), SIMULATED),
  page('/p/$partnerId/webhooks', () => import('../features/webhooks/webhooks-page.tsx'), DELIVERY_FILTERS),
  page('/p/$partnerId/webhooks/$endpointId', () => import('../features/webhooks/endpoint-page.tsx'), DELIVERY_FILTERS),
  page('/p/$partnerId/deliveries/$deliveryId', () => import('../features/webhooks/delivery-page.tsx')),
  page('/p/$partnerId/cardholders', () => import('../features/cardholders/cardholders-page.tsx'), [
    'verification',
    'disabled',
    'uniqueNo',
  ]),
  page('/p/$partnerId/cardholders/new', () => import('../features/cardholders/new-cardholder-page.tsx')),
  page('/p/$partnerId/cardholders/$cardholderId', () => import('../features/cardholders/cardholder-page.tsx')),
  page('/p/$partnerId/contacts', () => import('../features/contacts/contacts-page.tsx'), ['mobile', 'email']),
  page('/p/$partnerId/deposits', () => import('../features/deposits/deposits-page.tsx'), ['show']),
  page('/p/$partnerId/limits', () => import('../features/limits/card-limits-page.tsx'), ['cardholderId', 'programId']),
  page('/p/$partnerId/limits/spend', () => import('../features/limits/spend-limits-page.tsx'), [
    'scopeKind',
    'scopeId',
  ]),
  page('/p/$partnerId/limits/controls', () => import('../features/limits/controls-page.tsx'), ['scopeKind', 'scopeId']),
  page('/programs', () => import('../features/programs/programs-page.tsx')),
  page('/programs/$programId', () => import('../features/programs/program-page.tsx')),
  page('/fee-plans', () => import('../features/fee-plans/fee-plans-page.tsx')),
  page('/fee-plans/new', () => import('../features/fee-plans/new-fee-plan-page.tsx')),
  page('/fee-plans/$feePlanId', () => import('../features/fee-plans/fee-plan-page.tsx')),
  page('/exchange-rates', () => import('../features/exchange-rates/exchange-rates-page.tsx'), ['base', 'quote', 'at']),
  page('/operator-keys', () => import('../features/operator-keys/operator-keys-page.tsx')),
  page('/audit-log', () => import('../features/audit-log/audit-log-page.tsx'), ['from', 'to']),
  page('/p/$partnerId/audit-log', () => import('../features/audit-log/partner-audit-log-page.tsx'), ['from', 'to']),
  page('/p/$partnerId/events', () => import('../features/events/events-page.tsx'), [
    'kind',
    'cardToken',
    'from',
    'to',
    'follow',
  ]),
]

export const router = createRouter({
  routeTree: rootRoute.addChildren(routes),
  basepath: '/console',
  defaultPreload: 'intent',
  defaultErrorComponent: ({ error }) => <ErrorState error={error} retry={() => location.reload()} />,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
