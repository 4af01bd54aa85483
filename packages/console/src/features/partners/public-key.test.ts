import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { assert, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { readPublicKey } from './public-key.ts'

const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 })

const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' })

test('an RSA key of 2048 bits or more is read, as PEM and as Base64', () => {
  expect(readPublicKey(pem(RSA.publicKey))).toEqual({ bits: 2048 })
  expect(readPublicKey(`\n  ${pem(RSA.publicKey)}  \n`)).toEqual({ bits: 2048 })
  const der = RSA.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
  expect(readPublicKey(der)).toEqual({ bits: 2048 })
  expect(readPublicKey(pem(generateKeyPairSync('rsa', { modulusLength: 3072 }).publicKey))).toEqual({ bits: 3072 })
})

test.each([
  ['a key that is too short', pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey), /1024 bits/],
  ['a private key', RSA.privateKey.export({ type: 'pkcs8', format: 'pem' }), /private key/],
  ['a key in PKCS #1 form', RSA.publicKey.export({ type: 'pkcs1', format: 'pem' }), /PKCS #1/],
  ['a certificate', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----', /certificate/],
  ['a key on a curve', pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey), /not an RSA public key/],
  ['half of a key', pem(RSA.publicKey).slice(0, 200), /neither PEM nor Base64|not an RSA public key/],
  ['a word', 'hello!', /neither PEM nor Base64/],
  ['nothing', ' ', /neither PEM nor Base64/],
  ['a book', 'A'.repeat(5_000), /too long/],
])('%s is refused in words that help', (_, text, fault) => {
  expect(readPublicKey(text)).toEqual({ fault: expect.stringMatching(fault) })
})

test('whatever is pasted, it is taken only where it is a key', () => {
  assert(
    property(string(), text => {
      expect(readPublicKey(text)).toHaveProperty('fault')
      expect(() => createPublicKey(text)).toThrow()
    }),
  )
})
