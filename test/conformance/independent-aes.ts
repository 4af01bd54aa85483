/**
 * AES-128 in CBC mode, written from FIPS 197 with nothing but arithmetic on bytes, so that the envelope is also judged by
 * something that is not OpenSSL. Slow and not constant-time: for tests only.
 */

type Bytes = readonly number[]

const BLOCK = 16
const ROUNDS = 10

/** `blocks` must be whole blocks: padding is the caller's affair, so that it can also be wrong. */
export function encryptCbc(blocks: Buffer, key: Buffer, iv: Buffer): Buffer {
  const roundKeys = expandedKey([...key])
  let previous: Bytes = [...iv]
  return eachBlock(blocks, block => {
    previous = encryptBlock(xor(block, previous), roundKeys)
    return previous
  })
}

export function decryptCbc(blocks: Buffer, key: Buffer, iv: Buffer): Buffer {
  const roundKeys = expandedKey([...key])
  let previous: Bytes = [...iv]
  return eachBlock(blocks, block => {
    const plain = xor(decryptBlock(block, roundKeys), previous)
    previous = block
    return plain
  })
}

/** PKCS#7. */
export function pad(text: Buffer): Buffer {
  const count = BLOCK - (text.length % BLOCK)
  return Buffer.concat([text, Buffer.alloc(count, count)])
}

export function unpad(padded: Buffer): Buffer {
  const count = padded.at(-1) ?? 0
  const wrong = count < 1 || count > BLOCK || padded.subarray(-count).some(byte => byte !== count)
  if (wrong) throw new Error('wrong padding')
  return padded.subarray(0, -count)
}

export function encryptBlock(block: Bytes, roundKeys: readonly Bytes[]): Bytes {
  let state = xor(block, at(roundKeys, 0))
  for (let round = 1; round <= ROUNDS; round++) {
    state = state.map(byte => at(S_BOX, byte))
    state = state.map((_, i) => at(state, (i + 4 * (i % 4)) % BLOCK))
    if (round < ROUNDS) state = mixedColumns(state, [2, 3, 1, 1])
    state = xor(state, at(roundKeys, round))
  }
  return state
}

export function decryptBlock(block: Bytes, roundKeys: readonly Bytes[]): Bytes {
  let state = xor(block, at(roundKeys, ROUNDS))
  for (let round = ROUNDS - 1; round >= 0; round--) {
    state = state.map((_, i) => at(state, (i + 12 * (i % 4)) % BLOCK))
    state = state.map(byte => at(INVERSE_S_BOX, byte))
    state = xor(state, at(roundKeys, round))
    if (round > 0) state = mixedColumns(state, [14, 11, 13, 9])
  }
  return state
}

/** The eleven round keys of a 16-byte key. */
export function expandedKey(key: Bytes): Bytes[] {
  const words: Bytes[] = [0, 4, 8, 12].map(start => key.slice(start, start + 4))
  let roundConstant = 1
  while (words.length < 4 * (ROUNDS + 1)) {
    let word = at(words, words.length - 1)
    if (words.length % 4 === 0) {
      const rotated = [...word.slice(1), ...word.slice(0, 1)].map(byte => at(S_BOX, byte))
      word = rotated.map((byte, i) => (i === 0 ? byte ^ roundConstant : byte))
      roundConstant = multiply(roundConstant, 2)
    }
    words.push(xor(word, at(words, words.length - 4)))
  }
  return Array.from({ length: ROUNDS + 1 }, (_, round) => words.slice(4 * round, 4 * round + 4).flat())
}

/** Each column as a polynomial over GF(2⁸), times the one whose matrix begins with `row`. */
function mixedColumns(state: Bytes, row: Bytes): Bytes {
  return state.map((_, i) => {
    const column = i - (i % 4)
    return row.reduce((sum, factor, k) => sum ^ multiply(factor, at(state, column + ((i + k) % 4))), 0)
  })
}

/** The product in GF(2⁸) modulo x⁸ + x⁴ + x³ + x + 1. */
function multiply(a: number, b: number): number {
  let product = 0
  for (let bit = 0; bit < 8; bit++) {
    if ((b >> bit) & 1) product ^= shifted(a, bit)
  }
  return product
}

function shifted(byte: number, bits: number): number {
  let value = byte
  for (let i = 0; i < bits; i++) value = value & 0x80 ? ((value << 1) ^ 0x11b) & 0xff : value << 1
  return value
}

/** FIPS 197 5.1.1: the inverse in the field, then an affine map on the bits. */
function substituted(byte: number): number {
  const inverse = ALL_BYTES.find(candidate => multiply(byte, candidate) === 1) ?? 0
  const rotations = [0, 1, 2, 3, 4].map(bits => ((inverse << bits) | (inverse >> (8 - bits))) & 0xff)
  return rotations.reduce((sum, rotated) => sum ^ rotated, 0x63)
}

function eachBlock(blocks: Buffer, transform: (block: Bytes) => Bytes): Buffer {
  if (blocks.length % BLOCK !== 0) throw new Error(`${blocks.length} bytes are not whole blocks`)
  const out: number[] = []
  for (let start = 0; start < blocks.length; start += BLOCK) {
    out.push(...transform([...blocks.subarray(start, start + BLOCK)]))
  }
  return Buffer.from(out)
}

function xor(a: Bytes, b: Bytes): Bytes {
  return a.map((byte, i) => byte ^ at(b, i))
}

function at<T>(values: readonly T[], index: number): T {
  const value = values[index]
  if (value === undefined) throw new RangeError(`nothing at ${index}`)
  return value
}

const ALL_BYTES: Bytes = Array.from({ length: 256 }, (_, byte) => byte)
const S_BOX: Bytes = ALL_BYTES.map(substituted)
const INVERSE_S_BOX: Bytes = ALL_BYTES.map(byte => S_BOX.indexOf(byte))
