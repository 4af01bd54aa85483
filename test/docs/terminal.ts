/** A shell that is typed into, as by somebody who follows a document. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

const COMMAND_MS_MAX = 60_000
const LOOK_MS = 20

export class Terminal {
  private readonly shell: ChildProcess
  private text = ''
  private commands = 0

  constructor(cwd: string, env: NodeJS.ProcessEnv) {
    this.shell = spawn('bash', ['--noprofile', '--norc'], { cwd, env, stdio: ['pipe', 'pipe', 'pipe'], detached: true })
    for (const stream of [this.shell.stdout, this.shell.stderr])
      stream?.on('data', chunk => (this.text += String(chunk)))
  }

  /** all that was seen */
  get output(): string {
    return this.text
  }

  /** Types something and waits for the prompt. @returns what was seen meanwhile; an exception when it failed */
  async run(command: string): Promise<string> {
    const from = this.text.length
    this.commands += 1
    const mark = `--- command ${this.commands} ended with `
    this.shell.stdin?.write(`${command}\nprintf '\\n%s%d\\n' '${mark}' "$?"\n`)
    const ended = new RegExp(`${mark}(\\d+)\\n`)
    await this.until(() => ended.test(this.text), command)
    const seen = this.text.slice(from).replace(ended, '')
    const code = ended.exec(this.text)?.[1]
    if (code !== '0') throw new Error(`exit code ${code} of:\n${command}\n${seen}`)
    return seen
  }

  /** Types something that does not come back to the prompt. */
  start(command: string): void {
    this.shell.stdin?.write(`${command}\n`)
  }

  async until(condition: () => boolean, what: string): Promise<void> {
    const since = performance.now()
    while (!condition()) {
      if (this.shell.exitCode !== null) throw new Error(`the shell has ended in:\n${what}\n${this.text}`)
      if (performance.now() - since > COMMAND_MS_MAX) throw new Error(`waited in vain for:\n${what}\n${this.text}`)
      await new Promise(resolve => setTimeout(resolve, LOOK_MS))
    }
  }

  /** Ctrl-C for whatever runs, and the end of the shell. */
  async close(): Promise<void> {
    const { pid } = this.shell
    if (pid === undefined || this.shell.exitCode !== null || this.shell.signalCode !== null) return
    const ended = once(this.shell, 'exit')
    this.shell.stdin?.end()
    process.kill(-pid, 'SIGINT')
    const patience = setTimeout(() => process.kill(-pid, 'SIGKILL'), 15_000)
    await ended
    clearTimeout(patience)
  }
}
