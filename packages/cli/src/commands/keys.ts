/** `openissuer keys`: which keys there are and how old they are; new ones in their place. */
import type { Command } from 'commander'
import { type ConnectionOptions, withConnection } from '../connection.ts'
import { example } from '../example.ts'
import { wholeNumber, withJson, withPartner } from '../options.ts'
import type { Terminal } from '../terminal.ts'

export function define(keys: Command, terminal: Terminal): void {
  example(keys, 'openissuer keys list')
  defineList(keys, terminal)
  defineRotate(keys, terminal)
  definePlatform(keys, terminal)
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

const GRACE_HOURS = 168
const GRACE_HOURS_MAX = 2_160

function definePlatform(keys: Command, terminal: Terminal): void {
  const rotate = keys
    .command('rotate-platform <appId>')
    .description('a new platform key for a Pagsmile app; requests under the old one are understood for a while')
    .option('--grace-hours <hours>', 'for how long', wholeNumber(0, GRACE_HOURS_MAX), GRACE_HOURS)
  example(
    withConnection(withPartner(rotate)),
    'openissuer keys rotate-platform 20452247150043585 --grace-hours 24',
  ).action(
    async (appId: string, options: ConnectionOptions & { json?: boolean; partner?: string; graceHours: number }) => {
      const { rotatePlatformKey } = await import('../operator/platform-key.ts')
      await rotatePlatformKey(terminal, appId, options)
    },
  )
}
