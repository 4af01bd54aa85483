/** How a command reaches a running server: where it is and the operator's key. */
import { readFile, stat } from 'node:fs/promises'
import { CLIENT_VARIABLES, dataFolderOf } from '@openissuer/server/config.ts'
import { credentialsPath, readCredentials, type SandboxCredentials } from '@openissuer/server/first-start.ts'
import { type Command, InvalidArgumentError } from 'commander'
import { withJson } from './options.ts'

export type ConnectionOptions = { readonly url?: string; readonly keyFile?: string }

export type Connection = { readonly url: string; readonly operatorKey: string }

/** Options of every command that calls a server. */
export function withConnection(command: Command): Command {
  return withJson(
    command
      .option(
        '--url <url>',
        `where the server is; else ${CLIENT_VARIABLES.url}, else the sandbox credentials say it`,
        url,
      )
      .option(
        '--key-file <file>',
        `holds the operator key; else ${CLIENT_VARIABLES.operatorKey}, else the sandbox credentials`,
      ),
  )
}

function url(text: string): string {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text))
    throw new InvalidArgumentError('It must be http(s)://host:port.')
  return text
}

/** @throws Error that says what to name where something is missing */
export async function findConnection(env: NodeJS.ProcessEnv, options: ConnectionOptions): Promise<Connection> {
  const sandbox = await readSandboxCredentials(env)
  const operatorKey = await readKey(env, options, sandbox)
  const found = options.url ?? given(env[CLIENT_VARIABLES.url]) ?? sandbox?.baseUrl
  if (found === undefined || found === '') {
    throw new Error(`where is the server? Name it with --url or ${CLIENT_VARIABLES.url}`)
  }
  return { url: found.replace(/\/+$/, ''), operatorKey }
}

async function readKey(
  env: NodeJS.ProcessEnv,
  { keyFile }: ConnectionOptions,
  sandbox: SandboxCredentials | undefined,
): Promise<string> {
  const key = keyFile === undefined ? given(env[CLIENT_VARIABLES.operatorKey]) : await readKeyFile(keyFile)
  const found = key ?? sandbox?.operatorKey
  if (found !== undefined) return found
  throw new Error(
    `no operator key: ${credentialsPath(dataFolderOf(env))} does not exist. Start a sandbox (openissuer start), name its ` +
      `data folder in OPENISSUER_DATA, or give the key with --key-file or ${CLIENT_VARIABLES.operatorKey}`,
  )
}

/** @throws Error when others can read the file */
async function readKeyFile(file: string): Promise<string> {
  const key = (await readFile(file, 'utf8')).trim()
  if (((await stat(file)).mode & 0o077) !== 0) {
    throw new Error(`the key file ${file} can be read by others: set its mode to 0600`)
  }
  return key
}

/** The credentials of the data folder; undefined where there are none. */
export async function readSandboxCredentials(env: NodeJS.ProcessEnv): Promise<SandboxCredentials | undefined> {
  return readCredentials(dataFolderOf(env))
}

function given(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}
