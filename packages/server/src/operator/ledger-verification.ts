import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyPluginAsync } from 'fastify'
import { Type } from 'typebox'
import type { LedgerProof, LedgerProofs } from '../app/ledger-proof.ts'
import { documented, InstantText, nullable } from './answers.ts'
import type { OperatorContext } from './operator-api.ts'

/** Who asks waits for so long; a proof that takes longer goes on, and is read later. */
const WAIT_MS_MAX = 15_000

const described = documented('Accounts and deposits')

const Count = Type.Integer({ minimum: 0 })

const Proof = Type.Object(
  {
    at: Type.String({ format: 'date-time', description: 'what was committed later is not part of it' }),
    durationMs: Count,
    inOrder: Type.Boolean(),
    checked: Type.Object({
      accounts: Count,
      entries: Count,
      postings: Count,
      authorizations: Count,
      seals: Count,
    }),
    differences: Type.Integer({ minimum: 0, description: 'at most a thousand of each rule are counted' }),
    shown: Type.Array(Type.String(), { maxItems: 100, description: 'the first differences, in words' }),
  },
  { title: 'LedgerProof' },
)

const Standing = Type.Object(
  {
    runningSince: nullable(InstantText, { description: 'one is under way; null when none is' }),
    last: nullable(Proof, { description: 'null until the first one of this server process has ended' }),
    failure: nullable(Type.String(), { description: 'why a later one could not be brought to its end' }),
  },
  { title: 'LedgerVerification' },
)

/** The proof of the books, which the server also makes in the background: the last one, and one now. */
export const ledgerVerificationRoutes: FastifyPluginAsync<OperatorContext & { readonly proofs: LedgerProofs }> = async (
  server,
  { run, proofs },
) => {
  server.get(
    '/ledger/verification',
    { schema: described('showLedgerVerification', 'Show the last verification of the ledger', Standing) },
    async () => standingOf(proofs),
  )

  server.post(
    '/ledger/verification',
    { schema: described('verifyLedger', 'Verify the ledger now', Standing) },
    async request => {
      await run(
        request,
        0n,
        async work => work.clock.now(),
        at => ({ requestedAt: at.toString() }),
      )
      const ended = proofs.run().catch((error: unknown) => {
        request.log.error({ err: error }, 'the ledger could not be verified')
      })
      await Promise.race([ended, delay(WAIT_MS_MAX, undefined, { ref: false })])
      return standingOf(proofs)
    },
  )
}

function standingOf({ runningSince, last, failure }: LedgerProofs) {
  return {
    runningSince: runningSince?.toString() ?? null,
    last: last === null ? null : encodeProof(last),
    failure,
  }
}

function encodeProof({ at, differences, ...proof }: LedgerProof) {
  return { ...proof, at: at.toString(), inOrder: differences === 0, differences }
}
