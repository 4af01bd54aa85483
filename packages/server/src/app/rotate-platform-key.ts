import { pagsmileKeyContext } from './create-partner.ts'
import type { PagsmileApp, Work } from './ports.ts'

/**
 * Gives an app a new platform key. Requests under the old one are understood for `graceHours` more, so that the client
 * can change at a time of its own; a key that was replaced before that is not understood any more.
 *
 * @returns undefined when the partner has no such app
 */
export async function rotatePlatformKey(
  work: Work,
  command: { readonly partnerId: bigint; readonly appId: string; readonly graceHours: number },
): Promise<PagsmileApp | undefined> {
  const { partnerId, appId, graceHours } = command
  const app = await work.tx.lockPagsmileApp(partnerId, appId)
  if (app === undefined) return undefined
  const { publicKey, privateKey } = await work.random.rsaKeyPair()
  const rotated: PagsmileApp = {
    ...app,
    platformPrivateKey: work.vault.sealSecret(pagsmileKeyContext(appId), privateKey),
    platformPublicKey: publicKey,
    previousKey: {
      privateKey: app.platformPrivateKey,
      expiresAt: work.clock.now().add({ hours: graceHours }),
    },
  }
  await work.tx.replacePlatformKey(rotated)
  return rotated
}
