/** All that the doctor looks at, in the order in which a start needs it. */
import { type Config, readConfig } from '@openissuer/server/config.ts'
import { paint, type Terminal } from '../terminal.ts'
import { examineDatabase } from './database.ts'
import { type Finding, fail, ok } from './findings.ts'
import { examineMachine } from './machine.ts'

export async function examine(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const config = configOrFinding(env)
  if ('check' in config) return [config]
  const findings = await examineMachine(config)
  return [ok('configuration', `${config.mode} mode`), ...findings, ...(await examineDatabase(config))]
}

function configOrFinding(env: NodeJS.ProcessEnv): Config | Finding {
  try {
    return readConfig(env)
  } catch (error) {
    return fail('configuration', (error as Error).message, 'mend the settings that are named; openissuer config print')
  }
}

const MARKS = { ok: 'green', warn: 'yellow', fail: 'red' } as const

export function describeFindings(terminal: Terminal, findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length))
  const lines = findings.flatMap(({ check, status, found, advice }) => [
    `${paint(terminal, MARKS[status], status.padEnd(4))}  ${check.padEnd(width)}  ${found}`,
    ...(advice === null ? [] : [`${' '.repeat(width + 8)}→ ${advice}`]),
  ])
  const failed = findings.filter(({ status }) => status === 'fail').length
  const verdict =
    failed === 0 ? 'Nothing keeps the server from working.' : `${failed} to mend before the server can work.`
  return [...lines, '', verdict, ''].join('\n')
}
