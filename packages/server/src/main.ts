#!/usr/bin/env node
/**
 * The program `openissuer`: starts the server, shows its configuration.
 */
import { inspect } from 'node:util'
import { Command } from 'commander'
import { pino } from 'pino'
import packageJson from '../package.json' with { type: 'json' }
import { type Config, describeConfig, readConfig } from './config.ts'
import { credentialsPath } from './first-start.ts'
import { ledgerVerifyCommand } from './ledger-command.ts'
import { type RunningServer, startServer } from './start.ts'

const program = new Command('openissuer')
  .description('A card issuing platform that anyone can run.')
  .version(packageJson.version)

program
  .command('start')
  .description('start the server')
  .addHelpText('after', '\nExample: PORT=9000 OPENISSUER_DATA=/var/lib/openissuer openissuer start')
  .action(() => runServer(readConfig(process.env)))

const config = program.command('config').description('the configuration of this installation')

config
  .command('print')
  .description('print every setting with its value, secrets redacted')
  .addHelpText('after', '\nExample: OPENISSUER_MODE=live openissuer config print')
  .action(() => {
    process.stdout.write(`${describeConfig(readConfig(process.env))}\n`)
  })

const ledger = program.command('ledger').description('the books')

ledger
  .command('verify')
  .description('recompute balances, holds, limits and hash chains; exits with 1 when something differs')
  .addHelpText('after', '\nExample: OPENISSUER_DATA=/var/lib/openissuer openissuer ledger verify')
  .action(async () => {
    const { text, inOrder } = await ledgerVerifyCommand(readConfig(process.env))
    process.stdout.write(`${text}\n`)
    if (!inOrder) process.exitCode = 1
  })

/** Serves until SIGTERM or SIGINT, then drains; a second signal ends at once. */
async function runServer(settings: Config): Promise<void> {
  const logger = pino({ level: settings.logLevel, base: {} }, pino.destination(2))
  const server = await startServer(settings, logger)
  process.stdout.write(welcome(settings, server))

  const ending = new Promise<{ reason: string; exitCode: number }>(resolve => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => resolve({ reason: signal, exitCode: 0 }))
    }
    void server.failed.then(reason => resolve({ reason, exitCode: 1 }))
  })
  const { reason, exitCode } = await ending
  logger[exitCode === 0 ? 'info' : 'fatal']({ reason }, 'stopping')
  await server.stop()
  process.exitCode = exitCode
}

function welcome(settings: Config, server: RunningServer): string {
  const { credentials, newOperatorKey, baseUrl } = server
  const lines = [`OpenIssuer ${packageJson.version} (${settings.mode}) listens on ${baseUrl}`]
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

/** What went wrong in the words of whoever noticed, causes included; the stack only for those who debug. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (['debug', 'trace'].includes(process.env['OPENISSUER_LOG_LEVEL'] ?? '')) return inspect(error)
  const cause = error.cause instanceof Error ? `\n  because: ${error.cause.message}` : ''
  return `${error.message}${cause}`
}

try {
  await program.parseAsync()
} catch (error) {
  process.stderr.write(`${explain(error)}\n`)
  process.exitCode = 1
}
