/**
 * The conditions of a list with optional filters. Only what is asked for is in the statement, so that each combination
 * is planned for what it is.
 */
export class Conditions {
  readonly values: unknown[] = []
  readonly #parts: string[] = []

  /** @param column what names the partner; every list is of one partner */
  constructor(column: string, partnerId: bigint) {
    this.and(partnerId, value => `${column} = ${value}`)
  }

  /** A condition on a value, unless the value is undefined; `condition` is given the name of its parameter. */
  and(value: unknown, condition: (value: string) => string): this {
    if (value !== undefined) this.#parts.push(condition(this.add(value)))
    return this
  }

  /** @param column a time; both bounds are inclusive */
  within(
    { from, to }: { readonly from?: Temporal.Instant | undefined; readonly to?: Temporal.Instant | undefined },
    column: string,
  ): this {
    return this.and(from?.toString(), value => `${column} >= ${value}`).and(
      to?.toString(),
      value => `${column} <= ${value}`,
    )
  }

  /** What comes after a place in a list that is newest first, by time and then by id. */
  olderThan(
    place: { readonly at: Temporal.Instant; readonly id: bigint } | undefined,
    timeColumn: string,
    idColumn: string,
  ): this {
    if (place !== undefined) {
      const [at, id] = [this.add(place.at.toString()), this.add(place.id)]
      this.#parts.push(`(${timeColumn}, ${idColumn}) < (${at}::timestamptz, ${id}::bigint)`)
    }
    return this
  }

  /** Adds a parameter. @returns its name */
  add(value: unknown): string {
    return `$${this.values.push(value)}`
  }

  get sql(): string {
    return this.#parts.join(' and ')
  }
}
