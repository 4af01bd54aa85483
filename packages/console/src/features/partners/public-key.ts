/** Whether a text is the public key that the server takes: RSA of at least 2048 bits, SPKI (RFC 5280 §4.1) as PEM or Base64. */

export type PublicKeyReading = { readonly bits: number } | { readonly fault: string }

/** More is no key that anyone has. */
const LENGTH_MAX = 4096
const BITS_MIN = 2048

export function readPublicKey(text: string): PublicKeyReading {
  const bare = text.trim()
  if (bare.length > LENGTH_MAX) return { fault: 'This is too long for a public key.' }
  const label = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(bare)?.[1]
  const named = label === undefined || label === 'PUBLIC KEY' ? undefined : faultOfLabel(label)
  if (named !== undefined) return { fault: named }
  const der = bytesOf(bare.replaceAll(/-----(?:BEGIN|END) PUBLIC KEY-----/g, ''))
  if (der === undefined) return { fault: 'This is neither PEM nor Base64.' }
  const bits = modulusBitsOf(der)
  if (bits === undefined) return { fault: 'This is not an RSA public key in SPKI form.' }
  if (bits < BITS_MIN) return { fault: `The key has ${bits} bits; at least ${BITS_MIN} are needed.` }
  return { bits }
}

function faultOfLabel(label: string): string {
  if (label.includes('PRIVATE')) return 'This is a private key. Keep it to yourself: only the public one is uploaded.'
  if (label === 'RSA PUBLIC KEY') {
    return 'This key is in PKCS #1 form. Convert it: openssl rsa -RSAPublicKey_in -in key.pem -pubout'
  }
  if (label === 'CERTIFICATE') {
    return 'This is a certificate. Take the key out of it: openssl x509 -in certificate.pem -pubkey -noout'
  }
  return `This is a ${label.toLowerCase()}, not a public key.`
}

function bytesOf(base64: string): Uint8Array | undefined {
  const bare = base64.replaceAll(/\s/g, '')
  if (bare === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(bare) || bare.length % 4 === 1) return undefined
  try {
    return Uint8Array.from(atob(bare), character => character.charCodeAt(0))
  } catch {
    // the wrong number of padding characters
    return undefined
  }
}

const SEQUENCE = 0x30
const INTEGER = 0x02
const BIT_STRING = 0x03
/** `rsaEncryption`, 1.2.840.113549.1.1.1 (RFC 8017 §A.1), as a DER object identifier */
const RSA_ENCRYPTION = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01]

/** SubjectPublicKeyInfo is { { algorithm, parameters }, BIT STRING of { modulus, exponent } }. */
function modulusBitsOf(der: Uint8Array): number | undefined {
  const [info] = elementsOf(der)
  if (info?.tag !== SEQUENCE) return undefined
  const [algorithm, key] = elementsOf(info.content)
  if (algorithm?.tag !== SEQUENCE || key?.tag !== BIT_STRING) return undefined
  if (!RSA_ENCRYPTION.every((byte, place) => algorithm.content[place] === byte)) return undefined
  // the first byte of a BIT STRING says how many bits of the last one do not count
  const [numbers] = elementsOf(key.content.subarray(1))
  const [modulus, exponent] = numbers?.tag === SEQUENCE ? elementsOf(numbers.content) : []
  if (modulus?.tag !== INTEGER || exponent?.tag !== INTEGER) return undefined
  const first = modulus.content.findIndex(byte => byte !== 0)
  if (first === -1) return undefined
  return (modulus.content.length - first) * 8 - Math.clz32(modulus.content[first] ?? 0) + 24
}

type Element = { readonly tag: number; readonly content: Uint8Array }

/** The elements of a DER value beside one another; it ends at the first that is not whole. */
function elementsOf(der: Uint8Array): readonly Element[] {
  const elements: Element[] = []
  let at = 0
  while (at + 2 <= der.length) {
    const short = der[at + 1] ?? 0
    const lengthBytes = short < 0x80 ? 0 : short & 0x7f
    if (lengthBytes > 3) break
    const start = at + 2 + lengthBytes
    const length = lengthBytes === 0 ? short : der.subarray(at + 2, start).reduce((sum, byte) => sum * 256 + byte, 0)
    if (start + length > der.length) break
    elements.push({ tag: der[at] ?? 0, content: der.subarray(start, start + length) })
    at = start + length
  }
  return elements
}
