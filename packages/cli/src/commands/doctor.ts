/** `openissuer doctor`: looks for what would keep the server from working. */
import type { Command } from 'commander'
import { example } from '../example.ts'
import { withJson } from '../options.ts'
import { FailedCheck } from '../outcomes.ts'
import type { Terminal } from '../terminal.ts'

export function define(command: Command, terminal: Terminal): void {
  example(withJson(command), 'openissuer doctor').action(async ({ json }: { json?: boolean }) => {
    const { describeFindings, examine } = await import('../doctor/examine.ts')
    const findings = await examine(terminal.env)
    terminal.out(json ? `${JSON.stringify(findings, null, 2)}\n` : describeFindings(terminal, findings))
    if (findings.some(finding => finding.status === 'fail')) throw new FailedCheck()
  })
}
