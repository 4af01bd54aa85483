import type { ConnectionOptions } from '../connection.ts'
import { withServer } from '../server.ts'
import { type Show, showRecord } from '../show.ts'
import type { Terminal } from '../terminal.ts'

export async function rotatePlatformKey(
  terminal: Terminal,
  appId: string,
  options: ConnectionOptions & Show & { readonly partner?: string; readonly graceHours: number },
): Promise<void> {
  const rotated = await withServer(terminal, options, async ({ client, partnerOr }) =>
    client.partners.rotatePlatformKey(await partnerOr(options.partner), appId, { graceHours: options.graceHours }),
  )
  showRecord(terminal, options, rotated)
}
