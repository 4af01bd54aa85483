import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

/**
 * The program that shows a reference in the browser, compressed with gzip. It is read when somebody asks for it, in a thread of its
 * own that ends: the package around it brings parsers and validators that would stay in memory (1.2 MB are kept so).
 */
export function referenceBundle(): () => Promise<Buffer> {
  let bundle: Promise<Buffer> | undefined
  return () => {
    bundle ??= readBundle().catch(error => {
      // the next one who asks tries again
      bundle = undefined
      throw error
    })
    return bundle
  }
}

async function readBundle(): Promise<Buffer> {
  const worker = new Worker(new URL('./reference-bundle-worker.ts', import.meta.url))
  try {
    const [compressed] = (await once(worker, 'message')) as [Uint8Array]
    return Buffer.from(compressed)
  } finally {
    await worker.terminate()
  }
}
