/** `openissuer keys`: which keys there are and how old they are; new ones in their place. */
import type { Command } from 'commander'
import { example } from '../example.ts'
import { withJson } from '../options.ts'
import type { Terminal } from '../terminal.ts'

export function define(keys: Command, terminal: Terminal): void {
  example(keys, 'openissuer keys list')
  defineList(keys, terminal)
  defineRotate(keys, terminal)
}

function defineList(keys: Command, terminal: Terminal): void {
  const list = keys.command('list').description('data keys of the vault and platform keys of Pagsmile apps, with ages')
  example(withJson(list), 'openissuer keys list').action(async ({ json }: { json?: boolean }) => {
    const { describeKeys, readKeys } = await import('../database/keys.ts')
    const found = await readKeys(terminal)
    terminal.out(json ? `${JSON.stringify(found, null, 2)}\n` : describeKeys(terminal, found))
  })
}

function defineRotate(keys: Command, terminal: Terminal): void {
  const rotate = keys
    .command('rotate')
    .description('wrap the data keys under a new key-encrypting key, in one step that a crash leaves done or not begun')
    .option(
      '--to <file>',
      'file of the new key, made when it is missing; needed where the key is not kept in the data folder',
    )
  example(withJson(rotate), 'openissuer keys rotate', 'openissuer keys rotate --to /etc/openissuer/key-2027').action(
    async ({ json, to }: { json?: boolean; to?: string }) => {
      const { describeRotation, rotateKey } = await import('../database/keys.ts')
      const rotation = await rotateKey(terminal, to)
      terminal.out(json ? `${JSON.stringify(rotation, null, 2)}\n` : describeRotation(rotation))
    },
  )
}
