import type { Scenario, Work } from './ports.ts'

export type ScenarioContent = Pick<Scenario, 'name' | 'steps'>

export async function createScenario(work: Work, content: ScenarioContent): Promise<Scenario> {
  const now = work.clock.now()
  const scenario = { scenarioId: await work.ids.next('scenario'), ...content, createdAt: now, updatedAt: now }
  await work.tx.insertScenario(scenario)
  return scenario
}

/** @returns undefined when there is no such scenario */
export function replaceScenario(
  { tx, clock }: Work,
  scenario: ScenarioContent & Pick<Scenario, 'scenarioId'>,
): Promise<Scenario | undefined> {
  return tx.replaceScenario({ ...scenario, updatedAt: clock.now() })
}
