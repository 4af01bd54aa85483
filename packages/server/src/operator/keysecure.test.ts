import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createOperatorDoor, type OperatorDoor } from '../../../../test/support/operator-door.ts'

let door: OperatorDoor
let partnerId: string
let apiKey: string

beforeAll(async () => {
  door = await createOperatorDoor()
  const { body } = await door.post('/operator/v1/partners', {
    name: 'Acme',
    integrationMode: 'partner-decides',
    keysecure: {},
  })
  partnerId = body.partnerId
  apiKey = body.keysecure.apiKey
})

afterAll(() => door.close())

const patch = (body: object, key = apiKey, id = partnerId) =>
  door.call('PATCH', `/operator/v1/partners/${id}/keysecure-credentials/${key}`, body)
const putResponder = (body: object, id = partnerId) => door.call('PUT', `/operator/v1/partners/${id}/responder`, body)

describe('a credential', () => {
  test('starts with twenty calls a second and without card data', async () => {
    expect((await patch({ enabled: true })).body).toEqual({
      apiKey,
      enabled: true,
      expiresAt: null,
      allowedAddresses: [],
      pciEnabled: false,
      pciOrigins: [],
      requestsPerSecond: 20,
    })
  })

  test('is changed in what is named, and in nothing else', async () => {
    await patch({ pciEnabled: true, pciOrigins: ['https://shop.example', 'http://localhost:8080'] })
    await patch({ expiresAt: '2030-01-01T00:00:00Z', requestsPerSecond: null })
    const { body } = await patch({ allowedAddresses: ['10.0.0.0/8'], enabled: false })
    const expected = { enabled: false, expiresAt: '2030-01-01T00:00:00Z', pciEnabled: true, requestsPerSecond: null }
    expect(body).toMatchObject({ ...expected, pciOrigins: ['https://shop.example', 'http://localhost:8080'] })
    const stored = await door.useCases.ports.storage.read.keysecureCredential(apiKey)
    expect(stored).toMatchObject({ ...expected, expiresAt: expect.anything(), allowedAddresses: ['10.0.0.0/8'] })
    expect((await patch({ expiresAt: null })).body).toMatchObject({ expiresAt: null })
  })

  test.each([
    [{ pciOrigins: ['https://shop.example/'] }, 'pciOrigins'],
    [{ pciOrigins: ['*'] }, 'pciOrigins'],
    [{ pciOrigins: ["https://a.example; script-src 'self'"] }, 'pciOrigins'],
    [{ allowedAddresses: ['nowhere'] }, 'allowedAddresses'],
    [{ expiresAt: 'soon' }, 'expiresAt'],
  ])('%o is refused', async (body, field) => {
    const answer = await patch(body)
    expect([answer.status, answer.body.error.field]).toEqual([400, field])
  })

  test('of another partner is not there', async () => {
    expect((await patch({ enabled: true }, 'ak_unknown')).status).toBe(404)
    expect((await patch({ enabled: true }, apiKey, '99')).status).toBe(404)
  })
})

describe('the responder', () => {
  test('is who is asked, declining unless told otherwise', async () => {
    expect((await door.call('GET', `/operator/v1/partners/${partnerId}/responder`)).status).toBe(404)
    const responder = { apiKey, url: 'http://127.0.0.1:9000/auth', fallback: 'decline' }
    expect((await putResponder({ apiKey, url: responder.url })).body).toEqual(responder)
    expect((await putResponder({ ...responder, fallback: 'approve' })).body).toMatchObject({ fallback: 'approve' })
    const read = await door.call('GET', `/operator/v1/partners/${partnerId}/responder`)
    expect(read.body).toEqual({ ...responder, fallback: 'approve' })
  })

  test.each(['ftp://a.example/', 'not a url', 'http://10.0.0.1/'])('is not asked at %s', async url => {
    const answer = await putResponder({ apiKey, url })
    expect([answer.status, answer.body.error.field]).toEqual([400, 'url'])
  })

  test('is told under a credential of the partner', async () => {
    expect((await putResponder({ apiKey: 'ak_unknown', url: 'http://127.0.0.1:9000/' })).status).toBe(404)
    expect((await putResponder({ apiKey, url: 'http://127.0.0.1:9000/' }, '99')).status).toBe(404)
  })
})
