/** Rewrites the OpenAPI documents in docs/openapi (`npm run openapi:dump`) from what the code says. */
import { mkdir, writeFile } from 'node:fs/promises'
import { REFERENCE_FOLDER, REFERENCE_NAMES, referenceFile } from './http/reference-files.ts'
import { references, textOf } from './references.ts'

const documents = await references()
await mkdir(REFERENCE_FOLDER, { recursive: true })
for (const name of REFERENCE_NAMES) {
  await writeFile(referenceFile(name), textOf(documents[name]))
  process.stdout.write(`wrote ${referenceFile(name)}\n`)
}
