import { path } from '../path.ts'
import type { OperatorCallOptions } from './call.ts'
import type { FeePlan } from './fee-plans.ts'
import { Resource } from './resource.ts'

/** Rates and fees in basis points. */
export type ProgramTerms = {
  /** added to the exchange rate */
  readonly fxMarkupBps: number
  /** fee on clearings in another currency, of the billing amount */
  readonly foreignFeeBps: number
  /** how far above its hold a clearing may post without being forced */
  readonly clearingToleranceBps: number
  readonly holdDays: number
  /** the same for lodging and car rental */
  readonly longHoldDays: number
}

export type Program = ProgramTerms & {
  readonly programId: string
  readonly name: string
  readonly bin: string
  readonly network: 'visa' | 'mastercard' | 'discover' | 'unionpay'
  readonly forms: readonly ('virtual' | 'physical')[]
  readonly currency: string
  readonly test: boolean
  readonly validityMonths: number
  /** of the limits of its cards; amounts in major units of `currency` */
  readonly ceilings: {
    readonly dailyCount: number
    readonly singleAmount: string
    readonly dailyAmount: string
    readonly monthlyAmount: string
  }
  readonly createdAt: string
}

/** How KeySecure merchants see the program as a package. */
export type Presentation = {
  readonly nameZh: string
  readonly descriptionEn: string
  readonly descriptionZh: string
  readonly tagsEn: readonly string[]
  readonly tagsZh: readonly string[]
}

export class Programs extends Resource {
  async list(options?: OperatorCallOptions): Promise<readonly Program[]> {
    return (await this.get<{ programs: Program[] }>('/programs', {}, options)).programs
  }

  retrieve(programId: string, options?: OperatorCallOptions): Promise<Program> {
    return this.get(path`/programs/${programId}`, {}, options)
  }

  /** Changes the terms that are named, for every message from then on. */
  update(programId: string, terms: Partial<ProgramTerms>, options?: OperatorCallOptions): Promise<Program> {
    return this.patch(path`/programs/${programId}`, terms, options)
  }

  /** What the program's cards cost from now on; with a partner only that partner's. */
  assignFeePlan(
    programId: string,
    assignment: { readonly feePlanId: string; readonly partnerId?: string },
    options?: OperatorCallOptions,
  ): Promise<FeePlan> {
    return this.put(path`/programs/${programId}/fee-plan`, assignment, options)
  }

  /** The plan that counts for everybody, or for a partner; null where cards cost nothing. */
  async feePlan(
    programId: string,
    query: { readonly partnerId?: string } = {},
    options?: OperatorCallOptions,
  ): Promise<FeePlan | null> {
    const answer = await this.get<{ feePlan: FeePlan | null }>(path`/programs/${programId}/fee-plan`, query, options)
    return answer.feePlan
  }

  /** null until it is said. */
  async presentation(programId: string, options?: OperatorCallOptions): Promise<Presentation | null> {
    const answer = await this.get<{ presentation: Presentation | null }>(
      path`/programs/${programId}/presentation`,
      {},
      options,
    )
    return answer.presentation
  }

  setPresentation(programId: string, presentation: Presentation, options?: OperatorCallOptions): Promise<Presentation> {
    return this.put(path`/programs/${programId}/presentation`, presentation, options)
  }
}
