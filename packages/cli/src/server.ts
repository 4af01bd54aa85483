/** A running server, called as the operator; what fails is told with what to do about it. */
import {
  ApiError,
  AuthenticationError,
  ConnectionError,
  OperatorClient,
  PermissionError,
  UnexpectedAnswerError,
} from '@openissuer/sdk/index.ts'
import { type Connection, type ConnectionOptions, findConnection, readSandboxCredentials } from './connection.ts'
import { UsageError } from './outcomes.ts'
import type { Terminal } from './terminal.ts'

export type Server = {
  readonly client: OperatorClient
  readonly connection: Connection
  /** @returns the partner that is named, else the demo partner of the sandbox */
  readonly partnerOr: (named: string | undefined) => Promise<string>
}

export async function withServer<T>(
  terminal: Terminal,
  options: ConnectionOptions,
  work: (server: Server) => Promise<T>,
): Promise<T> {
  const connection = await findConnection(terminal.env, options)
  const client = new OperatorClient({ baseUrl: connection.url, operatorKey: connection.operatorKey })
  try {
    return await work({ client, connection, partnerOr: named => partnerOr(terminal, named) })
  } catch (error) {
    throw explained(error, connection.url)
  }
}

async function partnerOr(terminal: Terminal, named: string | undefined): Promise<string> {
  const partnerId = named ?? (await readSandboxCredentials(terminal.env))?.partnerId
  if (partnerId === undefined) throw new UsageError('which partner? Name it with --partner; openissuer partners list')
  return partnerId
}

function explained(error: unknown, url: string): unknown {
  if (error instanceof ConnectionError) {
    return new Error(`no server answers at ${url}: start it with openissuer start, or name another one with --url`, {
      cause: error.cause,
    })
  }
  if (error instanceof AuthenticationError) {
    return new Error(
      `the server at ${url} does not accept this operator key: name the right one with --key-file or ` +
        'OPENISSUER_OPERATOR_KEY, or the data folder of that server in OPENISSUER_DATA',
    )
  }
  if (error instanceof PermissionError && error.code === 'sandbox-only') {
    return new Error('this works in sandbox mode only, and the server is in live mode')
  }
  if (error instanceof UnexpectedAnswerError)
    return new Error(`what answers at ${url} is no OpenIssuer server: ${error.message}`)
  if (error instanceof ApiError) {
    return new Error(`${error.code}: ${error.message}${error.field === null ? '' : ` (field ${error.field})`}`)
  }
  return error
}
