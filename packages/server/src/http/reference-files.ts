/** Where the OpenAPI documents of the doors are kept, as `npm run openapi:dump` writes them. */
import { resolve } from 'node:path'

export const REFERENCE_NAMES = ['pagsmile', 'keysecure', 'operator'] as const

export type ReferenceName = (typeof REFERENCE_NAMES)[number]

export const REFERENCE_FOLDER = resolve(import.meta.dirname, '../../../../docs/openapi')

export function referenceFile(name: ReferenceName): string {
  return resolve(REFERENCE_FOLDER, `${name}.json`)
}
