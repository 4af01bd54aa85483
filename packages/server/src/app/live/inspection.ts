/** What a dialect says of a message that a client brings to its operator: step by step, what holds and what fails. */
import type { JsonValue } from '../ports.ts'

/** `holds` is null for a step that was not reached, or about which there is nothing to say. */
export type InspectedStep = { readonly step: string; readonly holds: boolean | null; readonly says: string }

export type Inspection = {
  readonly partnerId: bigint
  readonly steps: readonly InspectedStep[]
  /** the business data, or what was signed, masked; null where it could not be read */
  readonly content: JsonValue
}

/** Opens what was sealed for an app, which its door would refuse without a reason. Undefined for an unknown app. */
export type EnvelopeInspector = {
  inspect(appId: string, envelope: JsonValue, path: string | undefined): Promise<Inspection | undefined>
}

export type SignedCallback = {
  /** the headers of the same names */
  readonly timestamp: string
  readonly signature: string
  /** the text as it came */
  readonly body: string
}

/** Says whether a callback was signed by us for a credential. Undefined for an unknown one. */
export type SignatureInspector = {
  inspect(apiKey: string, callback: SignedCallback): Promise<Inspection | undefined>
}

export type Inspectors = { readonly envelopes: EnvelopeInspector; readonly signatures: SignatureInspector }
