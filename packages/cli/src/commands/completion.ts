/** `openissuer completion`: a script that teaches a shell the commands and options. */
import { Argument, type Command } from 'commander'
import { example } from '../example.ts'
import type { Terminal } from '../terminal.ts'

export function define(command: Command, terminal: Terminal): void {
  example(
    command.addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish'])),
    'openissuer completion bash > ~/.local/share/bash-completion/completions/openissuer',
    'openissuer completion zsh > "${fpath[1]}/_openissuer"',
    'openissuer completion fish > ~/.config/fish/completions/openissuer.fish',
  ).action(async (shell: 'bash' | 'zsh' | 'fish') => {
    const { completionScript } = await import('../completion.ts')
    terminal.out(await completionScript(shell, terminal))
  })
}
