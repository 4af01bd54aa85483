/** What calls say of themselves, and the types that their answers are made of. These describe answers and check none. */
import { CARD_FORMS, CARD_NETWORKS } from '@openissuer/core/card/card.ts'
import type { FastifySchema } from 'fastify'
import { type TSchema, type TSchemaOptions, Type } from 'typebox'

/**
 * Makes the description of a call under one heading.
 *
 * @param answer what a success answers with
 * @param errors codes that are this call's own; those that every call may answer with are not among them
 */
export function documented(tag: string) {
  return (
    operationId: string,
    summary: string,
    answer: TSchema,
    errors: readonly string[] = [],
    status: 200 | 201 = 200,
  ): FastifySchema => ({ tag, operationId, summary, errors, response: { [status]: answer } })
}

export const IdText = Type.String({ pattern: '^[0-9]{1,18}$' })

export const InstantText = Type.String({ format: 'date-time' })

export const CurrencyText = Type.String({ pattern: '^[A-Z]{3,5}$' })

/** Decimal text in major units. */
export const DecimalText = Type.String({ pattern: '^-?[0-9]+(\\.[0-9]+)?$' })

export const Money = Type.Object(
  { amount: DecimalText, currency: CurrencyText },
  { title: 'Money', description: 'major units, with as many decimals as the currency has' },
)

export const MaskedPan = Type.String({ description: 'the first six and the last four digits' })

export const Network = Type.Enum([...CARD_NETWORKS])

export const Form = Type.Enum([...CARD_FORMS])

export function nullable<S extends TSchema>(schema: S, options: TSchemaOptions = {}) {
  return Type.Union([schema, Type.Null()], options)
}

/** A page of a list. */
export function pageSchema(rows: string, row: TSchema) {
  return Type.Object({
    [rows]: Type.Array(row),
    nextCursor: nullable(Type.String(), { description: 'null on the last page' }),
  })
}
