/** The console's only way to the server: the Operator API through the SDK, in the name of the session of this browser. */
import { OperatorClient } from '@openissuer/sdk/operator.ts'

export const api = new OperatorClient({ baseUrl: location.origin, session: true })
