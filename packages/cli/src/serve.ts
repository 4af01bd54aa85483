/** Runs the server in this process until SIGTERM, SIGINT, or its own end. */
import { type Config, readConfig } from '@openissuer/server/config.ts'
import { credentialsPath } from '@openissuer/server/first-start.ts'
import { type RunningServer, startServer } from '@openissuer/server/start.ts'
import { pino } from 'pino'
import packageJson from '../package.json' with { type: 'json' }
import type { Terminal } from './terminal.ts'

/**
 * Drains before it returns; a second signal ends the process at once.
 * @returns the exit code: 1 when the server could no longer work
 */
export async function serve(terminal: Terminal): Promise<number> {
  const settings = readConfig(terminal.env)
  const logger = pino({ level: settings.logLevel, base: {} }, pino.destination(2))
  const server = await startServer(settings, logger)
  const ending = new Promise<{ reason: string; exitCode: number }>(resolve => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => resolve({ reason: signal, exitCode: 0 }))
    }
    void server.failed.then(reason => resolve({ reason, exitCode: 1 }))
  })
  // last, as whoever reads it may send a signal at once
  terminal.out(welcome(settings, server))
  const { reason, exitCode } = await ending
  logger[exitCode === 0 ? 'info' : 'fatal']({ reason }, 'stopping')
  await server.stop()
  return exitCode
}

function welcome(settings: Config, server: RunningServer): string {
  const { credentials, newOperatorKey, baseUrl } = server
  const lines = [
    `OpenIssuer ${packageJson.version} (${settings.mode}) listens on ${baseUrl}`,
    `Console: ${baseUrl}/console`,
  ]
  if (credentials !== undefined) {
    lines.push(
      '',
      `Credentials of the demo partner for both APIs: ${credentialsPath(settings.dataFolder)}`,
      '',
      'Try it (a KeySecure access token):',
      `  curl -s ${baseUrl}/open-api/v1/merchant/token -H 'Api-Key: ${credentials.keysecure.apiKey}' -H "Timestamp: $(date +%s)000"`,
    )
  } else if (settings.mode === 'sandbox') {
    lines.push(
      '',
      `This database was set up from another data folder; its credentials are not in ${settings.dataFolder}.`,
    )
  }
  if (newOperatorKey !== undefined) lines.push('', `Operator key, shown only this once: ${newOperatorKey}`)
  return `${lines.join('\n')}\n\n`
}
