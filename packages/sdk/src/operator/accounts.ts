import { path } from '../path.ts'
import type { OperatorCallOptions } from './call.ts'
import { Resource } from './resource.ts'

export type OpenAccount = {
  readonly kind: 'partner-funding' | 'shared'
  readonly currency: string
  /** 1 to 100 characters */
  readonly name?: string
}

export type OpenedAccount = Required<OpenAccount> & { readonly accountId: string }

export class Accounts extends Resource {
  /** One more account for a partner. */
  open(partnerId: string, account: OpenAccount, options?: OperatorCallOptions): Promise<OpenedAccount> {
    return this.post(path`/partners/${partnerId}/accounts`, account, options)
  }
}
