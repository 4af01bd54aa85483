/**
 * The storage port in SQL.
 */
import type { Pool } from 'pg'
import type { Storage, Transaction } from '../app/ports.ts'
import { auditOperations } from './audit-log.ts'
import { authorizationEventOperations } from './authorization-events.ts'
import { authorizationOperations } from './authorizations.ts'
import { cardApplicationOperations } from './card-applications.ts'
import { cardFeeOperations } from './card-fees.ts'
import { cardRecordOperations } from './card-records.ts'
import { cardholderDocumentOperations } from './cardholder-documents.ts'
import { cardholderTransferOperations } from './cardholder-transfers.ts'
import { cardholderOperations } from './cardholders.ts'
import { cardOperations } from './cards.ts'
import { closingCardOperations } from './closing-cards.ts'
import { consumptionOperations } from './consumptions.ts'
import { contactOperations } from './contacts.ts'
import { credentialOperations } from './credentials.ts'
import { inSqlTransaction, isConflict, type Queryable } from './database.ts'
import { deliveryAddressOperations } from './delivery-addresses.ts'
import { depositOrderOperations } from './deposit-orders.ts'
import { dueForecastOperations } from './due-forecast.ts'
import { exchangeRateOperations } from './exchange-rates.ts'
import { feePlanOperations } from './fee-plans.ts'
import { idempotencyOperations } from './idempotency.ts'
import { ledgerOperations } from './ledger.ts'
import { limitOperations } from './limits.ts'
import { listedAuthorizationOperations } from './listed-authorizations.ts'
import { listedCardOperations } from './listed-cards.ts'
import { listedEventOperations } from './listed-events.ts'
import { listedLedgerOperations } from './listed-ledger.ts'
import { managementFeeOperations } from './management-fees.ts'
import { movementOperations } from './movements.ts'
import { operatorAccessOperations } from './operator-access.ts'
import { outboxOperations } from './outbox.ts'
import { partnerDecisionOperations } from './partner-decisions.ts'
import { partnerOperations } from './partners.ts'
import { pciTokenOperations } from './pci-tokens.ts'
import { clockOperations } from './product-clock.ts'
import { scenarioOperations } from './scenarios.ts'
import { spendLimitOperations } from './spend-limits.ts'
import { threeDsChallengeOperations } from './three-ds-challenges.ts'
import { webhookDeliveryOperations } from './webhook-deliveries.ts'
import { webhookEndpointOperations } from './webhook-endpoints.ts'

const CONFLICT_RETRIES_MAX = 5

export function createStorage(pool: Pool): Storage {
  return {
    read: operationsOn(pool),

    async transaction(work) {
      for (let retries = 0; ; retries++) {
        try {
          return await inSqlTransaction(pool, client => work(operationsOn(client)))
        } catch (error) {
          if (retries === CONFLICT_RETRIES_MAX || !isConflict(error)) throw error
        }
      }
    },
  }
}

function operationsOn(database: Queryable): Transaction {
  return {
    ...partnerOperations(database),
    ...pciTokenOperations(database),
    ...dueForecastOperations(database),
    ...exchangeRateOperations(database),
    ...partnerDecisionOperations(database),
    ...credentialOperations(database),
    ...idempotencyOperations(database),
    ...consumptionOperations(database),
    ...contactOperations(database),
    ...deliveryAddressOperations(database),
    ...cardholderOperations(database),
    ...cardholderDocumentOperations(database),
    ...cardApplicationOperations(database),
    ...cardOperations(database),
    ...cardFeeOperations(database),
    ...cardholderTransferOperations(database),
    ...feePlanOperations(database),
    ...closingCardOperations(database),
    ...depositOrderOperations(database),
    ...managementFeeOperations(database),
    ...movementOperations(database),
    ...limitOperations(database),
    ...scenarioOperations(database),
    ...spendLimitOperations(database),
    ...ledgerOperations(database),
    ...authorizationOperations(database),
    ...authorizationEventOperations(database),
    ...cardRecordOperations(database),
    ...threeDsChallengeOperations(database),
    ...clockOperations(database),
    ...auditOperations(database),
    ...operatorAccessOperations(database),
    ...outboxOperations(database),
    ...webhookEndpointOperations(database),
    ...webhookDeliveryOperations(database),
    ...listedAuthorizationOperations(database),
    ...listedCardOperations(database),
    ...listedLedgerOperations(database),
    ...listedEventOperations(database),
  }
}
