/** The bare RSA-2048 private operation on the core that this process is bound to: operations a second, as a line of text. */
import { constants, generateKeyPairSync, privateDecrypt, publicEncrypt, randomBytes } from 'node:crypto'

const forMs = Number(process.argv[2] ?? 1_000)
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const padding = constants.RSA_PKCS1_PADDING
const ciphertexts = Array.from({ length: 64 }, () => publicEncrypt({ key: publicKey, padding }, randomBytes(16)))

const rateFor = (ms: number) => {
  const startedAt = performance.now()
  let operations = 0
  while (performance.now() - startedAt < ms) {
    for (const ciphertext of ciphertexts) privateDecrypt({ key: privateKey, padding }, ciphertext)
    operations += ciphertexts.length
  }
  return (operations / (performance.now() - startedAt)) * 1_000
}

// the first part only warms up
rateFor(forMs / 4)
process.stdout.write(`${rateFor(forMs)}\n`)
