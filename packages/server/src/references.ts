/** The references of the three doors, as the code has them. */
import { readFile } from 'node:fs/promises'
import { keysecureReference } from './dialects/keysecure/reference.ts'
import { pagsmileReference } from './dialects/pagsmile/reference.ts'
import type { OpenApiDocument } from './http/openapi.ts'
import type { ReferenceName } from './http/reference-files.ts'
import { operatorReference } from './operator/reference.ts'

export async function references(): Promise<Record<ReferenceName, OpenApiDocument>> {
  const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  return {
    pagsmile: pagsmileReference(version),
    keysecure: await keysecureReference(version),
    operator: await operatorReference(version),
  }
}

/** A document as it is written. */
export function textOf(document: OpenApiDocument): string {
  return `${JSON.stringify(document, undefined, 2)}\n`
}
