import type { FastifyPluginAsync } from 'fastify'
import { type Static, Type } from 'typebox'
import type { Inspection, Inspectors } from '../app/live/inspection.ts'
import type { JsonValue } from '../app/ports.ts'
import { documented, IdText, nullable } from './answers.ts'
import { type OperatorContext, OperatorError } from './operator-api.ts'

const EnvelopeBody = Type.Object(
  {
    envelope: Type.Unsafe<JsonValue>({ type: 'object', description: 'the body as the client has sent it' }),
    path: Type.Optional(Type.String({ maxLength: 256, description: 'of the call, to have the business data checked' })),
  },
  { additionalProperties: false },
)

const SignatureBody = Type.Object(
  {
    timestamp: Type.String({ maxLength: 64 }),
    signature: Type.String({ maxLength: 256 }),
    body: Type.String({ maxLength: 65_536, description: 'the text as it came' }),
  },
  { additionalProperties: false },
)

const Inspected = Type.Object(
  {
    partnerId: IdText,
    holds: Type.Boolean({ description: 'whether all does that was looked at' }),
    steps: Type.Array(
      Type.Object({
        step: Type.String(),
        holds: nullable(Type.Boolean(), { description: 'null for what was not reached' }),
        says: Type.String(),
      }),
    ),
    content: Type.Unsafe<JsonValue>({ description: 'what was in it, masked; null where it could not be read' }),
  },
  { title: 'Inspection' },
)

const described = documented('API log')

/** Why a message is refused that its door refuses without a reason. Each look leaves a line in the audit log. */
export const inspectionRoutes: FastifyPluginAsync<OperatorContext & { readonly inspectors: Inspectors }> = async (
  server,
  { runUnrecorded, inspectors },
) => {
  server.post<{ Params: { appId: string }; Body: Static<typeof EnvelopeBody> }>(
    '/pagsmile-apps/:appId/envelope-inspections',
    {
      config: { unrecorded: true },
      schema: {
        ...described('inspectEnvelope', 'Say step by step what is wrong with an envelope', Inspected, [
          'app-not-found',
        ]),
        body: EnvelopeBody,
      },
    },
    async request => {
      const { envelope, path } = request.body
      const found = await inspectors.envelopes.inspect(request.params.appId, envelope, path)
      return audited(request, found)
    },
  )

  server.post<{ Params: { apiKey: string }; Body: Static<typeof SignatureBody> }>(
    '/keysecure-credentials/:apiKey/signature-inspections',
    {
      config: { unrecorded: true },
      schema: {
        ...described('inspectSignature', 'Say whether the signature of a callback is ours', Inspected, [
          'app-not-found',
        ]),
        body: SignatureBody,
      },
    },
    async request => audited(request, await inspectors.signatures.inspect(request.params.apiKey, request.body)),
  )

  async function audited(request: Parameters<typeof runUnrecorded>[0], inspection: Inspection | undefined) {
    if (inspection === undefined) throw new OperatorError(404, 'app-not-found', 'There is no such app or credential.')
    return runUnrecorded(
      request,
      inspection.partnerId,
      async () => inspection,
      ({ partnerId, steps, content }) => ({
        partnerId: String(partnerId),
        holds: steps.every(({ holds }) => holds !== false),
        steps: steps.map(step => ({ ...step })),
        content,
      }),
    )
  }
}
