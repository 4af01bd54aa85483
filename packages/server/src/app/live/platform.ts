/** How the platform stands beside its decisions: what this process knows of its database and itself. */
export type Platform = {
  readonly version: string
  /** real time */
  readonly startedAt: Temporal.Instant
  /** Asks the database and waits two seconds at most. It does not throw: a database that is gone is an answer. */
  database(): Promise<DatabaseStanding>
}

export type DatabaseStanding = {
  readonly reachable: boolean
  /** as the database said when the server started */
  readonly version: string
  /** of an empty statement, with the wait for a connection; null when there was no answer */
  readonly roundTripMs: number | null
  readonly pools: readonly PoolUse[]
}

/** Connections of one purpose. `waiting` are calls that have none yet. */
export type PoolUse = {
  readonly name: string
  readonly max: number
  readonly open: number
  readonly idle: number
  readonly waiting: number
}
