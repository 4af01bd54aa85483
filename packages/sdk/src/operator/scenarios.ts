import { path } from '../path.ts'
import type { OperatorCallOptions } from './call.ts'
import { type Page, type PageQuery, Resource } from './resource.ts'

/** Paths below `/operator/v1/simulations/`; `clock` is `/operator/v1/clock`. */
export type SimulationCall =
  | 'authorizations'
  | 'three-ds-challenges'
  | 'increments'
  | 'reversals'
  | 'expiries'
  | 'clearings'
  | 'clearing-corrections'
  | 'refunds'
  | 'refund-reversals'
  | 'duplicates'
  | 'out-of-order-pairs'
  | 'clock'

/** Text of the answer to an earlier step: steps are counted from 1, `field` is a dotted path. */
export type StepReference = { readonly $step: number; readonly field: string }

/** The body of a call; a reference may stand where it has text. A step that needs a card and names none is played on any. */
export type ScenarioStep = { readonly call: SimulationCall; readonly body: Readonly<Record<string, unknown>> }

export type NewScenario = {
  /** 1 to 100 characters */
  readonly name: string
  /** 1 to 50; PANs, CVV2s and PINs are refused */
  readonly steps: readonly ScenarioStep[]
}

export type Scenario = NewScenario & {
  readonly scenarioId: string
  readonly createdAt: string
  readonly updatedAt: string
}

/** Simulations that are kept to be played one after the other; sandbox only. */
export class Scenarios extends Resource {
  /** One page, newest first. */
  list(query: PageQuery = {}, options?: OperatorCallOptions): Promise<Page<Scenario>> {
    return this.page('/scenarios', 'scenarios', query, options)
  }

  listAll(options?: OperatorCallOptions): AsyncIterable<Scenario> {
    return this.all(page => this.list(page, options))
  }

  retrieve(scenarioId: string, options?: OperatorCallOptions): Promise<Scenario> {
    return this.get(path`/scenarios/${scenarioId}`, {}, options)
  }

  create(scenario: NewScenario, options?: OperatorCallOptions): Promise<Scenario> {
    return this.post('/scenarios', scenario, options)
  }

  replace(scenarioId: string, scenario: NewScenario, options?: OperatorCallOptions): Promise<Scenario> {
    return this.put(path`/scenarios/${scenarioId}`, scenario, options)
  }

  remove(
    scenarioId: string,
    options?: OperatorCallOptions,
  ): Promise<{ readonly scenarioId: string; readonly removed: true }> {
    return this.delete(path`/scenarios/${scenarioId}`, options)
  }
}
