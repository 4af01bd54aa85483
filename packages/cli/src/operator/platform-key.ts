import { dataFolderOf } from '@openissuer/server/config.ts'
import { notePlatformKey } from '@openissuer/server/first-start.ts'
import type { ConnectionOptions } from '../connection.ts'
import { withServer } from '../server.ts'
import { type Show, showRecord } from '../show.ts'
import type { Terminal } from '../terminal.ts'

/** Where the app is that of the sandbox credentials, these are kept usable after the time of grace. */
export async function rotatePlatformKey(
  terminal: Terminal,
  appId: string,
  options: ConnectionOptions & Show & { readonly partner?: string; readonly graceHours: number },
): Promise<void> {
  const rotated = await withServer(terminal, options, async ({ client, partnerOr }) =>
    client.partners.rotatePlatformKey(await partnerOr(options.partner), appId, { graceHours: options.graceHours }),
  )
  await notePlatformKey(dataFolderOf(terminal.env), appId, rotated.platformPublicKey)
  showRecord(terminal, options, rotated)
}
