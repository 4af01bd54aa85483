/** The access token of a client: fetched when first needed, renewed before it ends, and only once at a time. */

export type AccessToken = {
  readonly access_token: string
  /** Unix milliseconds */
  readonly expired_time: number
}

/** A token is renewed this long before its end, so that none ends on the way. */
const RENEWAL_MS = 60_000

export class TokenHolder {
  readonly #fetchToken: () => Promise<AccessToken>
  readonly #now: () => number
  #token: AccessToken | undefined
  #fetching: Promise<AccessToken> | undefined

  constructor(fetchToken: () => Promise<AccessToken>, now: () => number) {
    this.#fetchToken = fetchToken
    this.#now = now
  }

  async current(): Promise<string> {
    const token = this.#token
    if (token !== undefined && this.#now() < token.expired_time - RENEWAL_MS) return token.access_token
    return (await this.renew()).access_token
  }

  /** Whoever asks while a token is being fetched gets that one. */
  renew(): Promise<AccessToken> {
    this.#fetching ??= this.#fetchToken()
      .then(token => {
        this.#token = token
        return token
      })
      .finally(() => {
        this.#fetching = undefined
      })
    return this.#fetching
  }

  /** Forgets a token that the API has refused, unless it was replaced meanwhile. */
  refused(accessToken: string): void {
    if (this.#token?.access_token === accessToken) this.#token = undefined
  }
}
