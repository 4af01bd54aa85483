import type { FastifyPluginAsync } from 'fastify'
import { approveCardholder } from '../app/approve-cardholder.ts'
import { idParameter } from './ids.ts'
import type { OperatorContext } from './operator-api.ts'

export const cardholderRoutes: FastifyPluginAsync<OperatorContext> = async (server, { run }) => {
  server.post<{ Params: { partnerId: string; cardholderId: string } }>(
    '/partners/:partnerId/cardholders/:cardholderId/approve',
    request => {
      const partnerId = idParameter(request.params.partnerId, 'partner-not-found')
      const cardholderId = idParameter(request.params.cardholderId, 'cardholder-not-found')
      return run(
        request,
        partnerId,
        work => approveCardholder(work, { partnerId, cardholderId }),
        cardholder => ({
          cardholderId: String(cardholder.cardholderId),
          uniqueNo: cardholder.uniqueNo,
          verification: cardholder.verification,
        }),
      )
    },
  )
}
