/** Messages worth sending, ready to be sent or changed. */
import type { SimulationCall } from '@openissuer/sdk/operator.ts'
import type { FieldName } from './calls.ts'

export type Preset = { readonly label: string; readonly values: Partial<Record<FieldName, string>> }

const GROCER = {
  'merchant.name': 'Corner Grocery',
  'merchant.mcc': '5411',
  'merchant.country': 'US',
  'merchant.city': 'Springfield',
} as const

const GROCERIES = {
  amount: '24.90',
  currency: 'USD',
  purpose: 'purchase',
  entryMode: 'contactless',
  ...GROCER,
} as const

const CLOCK_PRESETS: readonly Preset[] = [
  { label: 'First retries of webhooks (15 s)', values: { action: 'advance', by: 'PT15S' } },
  { label: 'Tomorrow', values: { action: 'advance', by: 'P1D' } },
  { label: 'Until holds lapse (8 days)', values: { action: 'advance', by: 'P8D' } },
]

const AUTHORIZATION_PRESETS: readonly Preset[] = [
  { label: 'Groceries 24.90', values: GROCERIES },
  {
    label: 'Online shop with 3-D Secure',
    values: {
      amount: '59.00',
      currency: 'USD',
      purpose: 'purchase',
      entryMode: 'ecommerce',
      'merchant.name': 'Lamp and Wire',
      'merchant.mcc': '5732',
      'merchant.country': 'US',
      'threeDs.result': 'authenticated',
      'threeDs.eci': '05',
      'threeDs.version': '2.2.0',
    },
  },
  {
    label: 'Foreign currency',
    values: {
      ...GROCERIES,
      amount: '18.40',
      currency: 'EUR',
      'merchant.name': 'Boulangerie du Port',
      'merchant.mcc': '5462',
      'merchant.country': 'FR',
      'merchant.city': 'Marseille',
    },
  },
  {
    label: 'Hotel',
    values: {
      amount: '80.00',
      currency: 'USD',
      purpose: 'purchase',
      entryMode: 'chip',
      'merchant.name': 'Hotel Meridian',
      'merchant.mcc': '7011',
      'merchant.country': 'US',
    },
  },
  {
    label: 'Fuel, partial approval',
    values: {
      amount: '150.00',
      currency: 'USD',
      purpose: 'purchase',
      entryMode: 'chip',
      'merchant.name': 'Highway Fuel',
      'merchant.mcc': '5542',
      'merchant.country': 'US',
      partialApproval: 'true',
    },
  },
  {
    label: 'Cash machine',
    values: {
      amount: '40.00',
      currency: 'USD',
      purpose: 'cash',
      entryMode: 'chip',
      'merchant.name': 'First Bank ATM 12',
      'merchant.mcc': '6011',
      'merchant.country': 'US',
    },
  },
  {
    label: 'Card verification',
    values: {
      amount: '0',
      currency: 'USD',
      purpose: 'verification',
      entryMode: 'ecommerce',
      'merchant.name': 'Streamly',
      'merchant.mcc': '4899',
    },
  },
  { label: 'Advice', values: { ...GROCERIES, advice: 'true' } },
  { label: 'Decline: insufficient funds by magic amount', values: { ...GROCERIES, amount: '9900.51' } },
  { label: 'Decline: merchant blocked by name', values: { ...GROCERIES, forceDecline: 'merchant-blocked' } },
]

export const PRESETS: Readonly<Partial<Record<SimulationCall, readonly Preset[]>>> = {
  authorizations: AUTHORIZATION_PRESETS,
  'three-ds-challenges': [
    { label: 'Online shop 59.00', values: { amount: '59.00', currency: 'USD', 'merchant.name': 'Lamp and Wire' } },
  ],
  increments: [{ label: 'Ten more', values: { amount: '10.00' } }],
  reversals: [
    { label: 'All that is held', values: {} },
    { label: 'A part: 5.00', values: { amount: '5.00' } },
  ],
  clearings: [
    { label: 'Groceries 24.90, final', values: { amount: '24.90', final: 'true' } },
    { label: 'A part: 10.00', values: { amount: '10.00' } },
    { label: 'More than was asked: 27.40', values: { amount: '27.40', final: 'true' } },
  ],
  'clearing-corrections': [{ label: 'It should have been 20.00', values: { amount: '20.00' } }],
  refunds: [{ label: 'Groceries 24.90', values: { amount: '24.90' } }],
  'refund-reversals': [{ label: 'All that is left', values: {} }],
  'out-of-order-pairs': [{ label: 'Groceries 24.90', values: GROCERIES }],
  clock: CLOCK_PRESETS,
}
