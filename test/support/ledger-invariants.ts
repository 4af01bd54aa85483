/** What must hold of the money in a database after every step: the product's own proof, asked by tests. */
export { ledgerViolations } from '../../packages/server/src/storage/ledger-verification.ts'
