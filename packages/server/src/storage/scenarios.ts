import type { JsonValue, Reader, Scenario, Transaction } from '../app/ports.ts'
import type { Queryable } from './database.ts'

type ScenarioRow = {
  scenario_id: bigint
  name: string
  steps: JsonValue[]
  created_at: Temporal.Instant
  updated_at: Temporal.Instant
}

export function scenarioOperations(
  database: Queryable,
): Pick<Reader & Transaction, 'scenario' | 'listScenarios' | 'insertScenario' | 'replaceScenario' | 'removeScenario'> {
  return {
    async scenario(scenarioId) {
      const { rows } = await database.query<ScenarioRow>('select * from scenario where scenario_id = $1', [scenarioId])
      return rows[0] && scenarioOf(rows[0])
    },

    async listScenarios({ after, limit }) {
      const { rows } = await database.query<ScenarioRow>(
        `select * from scenario where $1::bigint is null or scenario_id < $1 order by scenario_id desc limit $2`,
        [after?.id ?? null, limit],
      )
      return rows.map(scenarioOf)
    },

    async insertScenario({ scenarioId, name, steps, createdAt, updatedAt }) {
      await database.query(
        'insert into scenario (scenario_id, name, steps, created_at, updated_at) values ($1, $2, $3, $4, $5)',
        [scenarioId, name, JSON.stringify(steps), createdAt.toString(), updatedAt.toString()],
      )
    },

    async replaceScenario({ scenarioId, name, steps, updatedAt }) {
      const { rows } = await database.query<ScenarioRow>(
        'update scenario set name = $2, steps = $3, updated_at = $4 where scenario_id = $1 returning *',
        [scenarioId, name, JSON.stringify(steps), updatedAt.toString()],
      )
      return rows[0] && scenarioOf(rows[0])
    },

    async removeScenario(scenarioId) {
      const { rowCount } = await database.query('delete from scenario where scenario_id = $1', [scenarioId])
      return rowCount === 1
    },
  }
}

function scenarioOf(row: ScenarioRow): Scenario {
  return {
    scenarioId: row.scenario_id,
    name: row.name,
    steps: row.steps,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
