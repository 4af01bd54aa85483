/** Which app speaks, and the parsed keys of its channel. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import type { Partner } from '@openissuer/core/partner/partner.ts'
import { pagsmileKeyContext } from '../../app/create-partner.ts'
import type { PagsmileApp, Ports } from '../../app/ports.ts'

export type AppChannel = {
  readonly app: PagsmileApp
  readonly partner: Partner
  readonly platformKey: KeyObject
  /** the key before it, for as long as it is understood */
  readonly previousKey: { readonly key: KeyObject; readonly expiresAt: Temporal.Instant } | null
  /** null until the partner has uploaded its key */
  readonly merchantKey: KeyObject | null
}

/** How long an app's row is trusted. A change by another process is seen after this time at the latest. */
export const APP_AGE_MS_MAX = 3_000

/**
 * Apps by their id, kept in process, which spares every request two queries and the parsing of two keys. Unknown ids are
 * not kept, so guessing fills no memory; time is the machine's, not the product's clock, which a sandbox may stop.
 */
export class AppDirectory {
  private readonly ports: Ports
  private readonly monotonicMs: () => number
  private readonly entries = new Map<string, { readonly readAtMs: number; readonly channel: AppChannel }>()

  constructor(ports: Ports, monotonicMs: () => number = () => performance.now()) {
    this.ports = ports
    this.monotonicMs = monotonicMs
  }

  async find(appId: string): Promise<AppChannel | undefined> {
    const known = this.entries.get(appId)
    if (known !== undefined && this.monotonicMs() - known.readAtMs < APP_AGE_MS_MAX) return known.channel
    const readAtMs = this.monotonicMs()
    const channel = await this.read(appId, known?.channel)
    if (channel === undefined) this.entries.delete(appId)
    else this.entries.set(appId, { readAtMs, channel })
    return channel
  }

  private async read(appId: string, known: AppChannel | undefined): Promise<AppChannel | undefined> {
    const { read } = this.ports.storage
    const app = await read.pagsmileApp(appId)
    const partner = app === undefined ? undefined : await read.partner(app.partnerId)
    if (app === undefined || partner === undefined) return undefined
    return {
      app,
      partner,
      platformKey: this.privateKey(app, app.platformPrivateKey, known),
      previousKey: app.previousKey && {
        key: this.privateKey(app, app.previousKey.privateKey, known),
        expiresAt: app.previousKey.expiresAt,
      },
      merchantKey: merchantKey(app, known),
    }
  }

  /** Parsed once: a key that was parsed before, as the present one or the previous, is found by its sealed form. */
  private privateKey({ appId }: PagsmileApp, sealed: Uint8Array, known: AppChannel | undefined): KeyObject {
    if (known !== undefined) {
      const { app, platformKey, previousKey } = known
      if (Buffer.compare(app.platformPrivateKey, sealed) === 0) return platformKey
      if (
        app.previousKey !== null &&
        previousKey !== null &&
        Buffer.compare(app.previousKey.privateKey, sealed) === 0
      ) {
        return previousKey.key
      }
    }
    return createPrivateKey(this.ports.vault.openSecret(pagsmileKeyContext(appId), sealed))
  }
}

function merchantKey(app: PagsmileApp, known: AppChannel | undefined): KeyObject | null {
  if (app.merchantPublicKey === null) return null
  if (known?.merchantKey != null && known.app.merchantPublicKey === app.merchantPublicKey) return known.merchantKey
  return createPublicKey(app.merchantPublicKey)
}
