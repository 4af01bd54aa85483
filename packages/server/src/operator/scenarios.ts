/** Scenarios: named lists of simulations that are kept to be played again. Playing them is the caller's part. */
import type { FastifyPluginAsync } from 'fastify'
import { type Static, Type } from 'typebox'
import { createScenario, replaceScenario } from '../app/keep-scenario.ts'
import type { JsonValue, Scenario } from '../app/ports.ts'
import { documented, IdText, InstantText, pageSchema } from './answers.ts'
import { type OperatorContext, OperatorError } from './operator-api.ts'
import { PAGE, pageById } from './paging.ts'
import { lineText } from './people.ts'
import { assertNoPan, assertSteps, type ScenarioStep, Steps } from './scenario-steps.ts'
import { assertSandbox } from './simulations.ts'

const CLOSED = { additionalProperties: false }

const Content = Type.Object({ name: lineText(100), steps: Steps }, CLOSED)

type Content = { readonly name: string; readonly steps: readonly ScenarioStep[] }

const ListQuery = Type.Object(PAGE, CLOSED)

const ScenarioShown = Type.Object(
  { scenarioId: IdText, name: Type.String(), steps: Steps, createdAt: InstantText, updatedAt: InstantText },
  { title: 'Scenario' },
)

const described = documented('Scenarios')

type OfScenario = { Params: { scenarioId: string } }

export const scenarioRoutes: FastifyPluginAsync<OperatorContext> = async (server, { ports, run }) => {
  const { read } = ports.storage
  server.addHook('onRequest', async () => assertSandbox(ports))

  server.get<{ Querystring: Static<typeof ListQuery> }>(
    '/scenarios',
    {
      schema: {
        ...described('listScenarios', 'List the scenarios', pageSchema('scenarios', ScenarioShown), ['sandbox-only']),
        querystring: ListQuery,
      },
    },
    async ({ query }) => {
      const { rows, nextCursor } = await pageById(
        query,
        page => read.listScenarios(page),
        scenario => scenario.scenarioId,
      )
      return { scenarios: rows.map(encodeScenario), nextCursor }
    },
  )

  server.get<OfScenario>(
    '/scenarios/:scenarioId',
    { schema: described('showScenario', 'Show a scenario', ScenarioShown, ['sandbox-only', 'scenario-not-found']) },
    async ({ params }) => encodeScenario(found(await read.scenario(idOf(params)))),
  )

  server.post<{ Body: Content }>(
    '/scenarios',
    {
      schema: {
        ...described('createScenario', 'Keep a scenario', ScenarioShown, ['sandbox-only'], 201),
        body: Content,
      },
    },
    async (request, reply) => {
      const content = contentOf(request.body)
      return reply.code(201).send(await run(request, 0n, work => createScenario(work, content), encodeScenario))
    },
  )

  server.put<OfScenario & { Body: Content }>(
    '/scenarios/:scenarioId',
    {
      schema: {
        ...described('replaceScenario', 'Replace name and steps of a scenario', ScenarioShown, [
          'sandbox-only',
          'scenario-not-found',
        ]),
        body: Content,
      },
    },
    request => {
      const scenario = { scenarioId: idOf(request.params), ...contentOf(request.body) }
      return run(request, 0n, async work => found(await replaceScenario(work, scenario)), encodeScenario)
    },
  )

  server.delete<OfScenario>(
    '/scenarios/:scenarioId',
    {
      schema: described(
        'removeScenario',
        'Remove a scenario',
        Type.Object({ scenarioId: IdText, removed: Type.Literal(true) }),
        ['sandbox-only', 'scenario-not-found'],
      ),
    },
    request => {
      const scenarioId = idOf(request.params)
      return run(
        request,
        0n,
        async ({ tx }) => {
          if (!(await tx.removeScenario(scenarioId))) throw notFound()
        },
        () => ({ scenarioId: String(scenarioId), removed: true }),
      )
    },
  )
}

/** @throws OperatorError for a scenario that could not be played, or holds what is not to be kept */
function contentOf({ name, steps }: Content) {
  assertNoPan(name, 'name')
  assertSteps(steps)
  return { name, steps: steps.map(({ call, body }) => ({ call, body })) }
}

function idOf({ scenarioId }: OfScenario['Params']): bigint {
  if (!/^\d{1,18}$/.test(scenarioId)) throw notFound()
  return BigInt(scenarioId)
}

function found(scenario: Scenario | undefined): Scenario {
  if (scenario === undefined) throw notFound()
  return scenario
}

function notFound(): OperatorError {
  return new OperatorError(404, 'scenario-not-found', 'There is no such scenario.')
}

function encodeScenario({ scenarioId, name, steps, createdAt, updatedAt }: Scenario) {
  return {
    scenarioId: String(scenarioId),
    name,
    steps: steps as JsonValue,
    createdAt: createdAt.toString(),
    updatedAt: updatedAt.toString(),
  }
}
