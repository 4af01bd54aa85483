import type { ThreeDsChallenge } from '@openissuer/core/authorization/three-ds-challenge.ts'
import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import type { SealedChallenge, Transaction } from '../app/ports.ts'
import type { Queryable } from './database.ts'

type ChallengeRow = {
  partner_id: bigint
  challenge_id: bigint
  card_id: bigint
  amount_minor: bigint
  amount_currency: string
  merchant_name: string | null
  password: Buffer | null
  created_at: Temporal.Instant
  expires_at: Temporal.Instant
  answered_by: string | null
  passed: boolean | null
}

type ChallengeOperations = Pick<
  Transaction,
  'insertThreeDsChallenge' | 'lockThreeDsChallenge' | 'answerThreeDsChallenge'
>

export function threeDsChallengeOperations(database: Queryable): ChallengeOperations {
  return {
    async insertThreeDsChallenge({ challenge, password }) {
      await database.query(
        `insert into three_ds_challenge (partner_id, challenge_id, card_id, amount_minor, amount_currency, merchant_name,
           password, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [
          challenge.partnerId,
          challenge.challengeId,
          challenge.cardId,
          challenge.amount.minor,
          challenge.amount.currency,
          challenge.merchantName,
          password,
          challenge.createdAt.toString(),
          challenge.expiresAt.toString(),
        ],
      )
    },

    async lockThreeDsChallenge(partnerId, challengeId) {
      const { rows } = await database.query<ChallengeRow>(
        'select * from three_ds_challenge where partner_id = $1 and challenge_id = $2 for update',
        [partnerId, challengeId],
      )
      return rows[0] && challengeOf(rows[0])
    },

    async answerThreeDsChallenge(partnerId, challengeId, { matchKey, passed }) {
      await database.query(
        `update three_ds_challenge set answered_by = $3, passed = $4, password = null
          where partner_id = $1 and challenge_id = $2`,
        [partnerId, challengeId, matchKey, passed],
      )
    },
  }
}

export async function threeDsChallengesByIds(
  database: Queryable,
  partnerId: bigint,
  challengeIds: readonly bigint[],
): Promise<readonly SealedChallenge[]> {
  const { rows } = await database.query<ChallengeRow>(
    'select * from three_ds_challenge where partner_id = $1 and challenge_id = any($2::bigint[])',
    [partnerId, challengeIds],
  )
  return rows.map(challengeOf)
}

function challengeOf(row: ChallengeRow): SealedChallenge {
  const { answered_by: matchKey, passed } = row
  return {
    challenge: {
      partnerId: row.partner_id,
      challengeId: row.challenge_id,
      cardId: row.card_id,
      amount: amount(row.amount_minor, currency(row.amount_currency)),
      merchantName: row.merchant_name,
      createdAt: row.created_at,
      expiresAt: row.expires_at,
      answer: matchKey === null || passed === null ? null : { matchKey, passed },
    } satisfies ThreeDsChallenge,
    password: row.password,
  }
}
