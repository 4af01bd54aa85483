/** What receivers do wrong, by accident or on purpose: each costs a bounded time and memory, and is said in one line. */
import { once } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import net, { type AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { INSIDE_HOSTS } from './addresses.fixture.ts'
import { SELF_SIGNED } from './sender.fixture.ts'
import { createSender, type Resolve, type Sender } from './sender.ts'

const MESSAGE = { headers: { 'content-type': 'application/json', 'X-Test': '1' }, body: '{"id":"N1"}' }
const TIMEOUT_MS = 400

let senders: Sender[] = []
let servers: net.Server[] = []

afterEach(async () => {
  await Promise.all(senders.map(each => each.close()))
  for (const server of servers) {
    if (server instanceof http.Server) server.closeAllConnections()
    server.close()
  }
  senders = []
  servers = []
})

async function sender(options: { loopback?: boolean; resolve?: Resolve } = {}): Promise<Sender> {
  const created = await createSender({ loopback: true, connections: 4, ...options })
  senders.push(created)
  return created
}

async function listen(server: net.Server): Promise<number> {
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

function receiver(answer: http.RequestListener): Promise<number> {
  return listen(http.createServer(answer))
}

/** Answers every connection with these bytes as soon as it has said something. */
function rawReceiver(answer: (socket: net.Socket) => void): Promise<number> {
  return listen(
    net.createServer(socket => {
      socket.on('error', () => undefined)
      socket.once('data', () => answer(socket))
    }),
  )
}

async function sendTo(port: number, timeoutMs = TIMEOUT_MS) {
  return (await sender()).send(`http://127.0.0.1:${port}/hook`, MESSAGE, timeoutMs)
}

describe('a receiver that', () => {
  test('is well gets the message as it is, and is heard', async () => {
    const heard: unknown[] = []
    const port = await receiver((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        heard.push([request.method, request.url, request.headers['x-test'], Buffer.concat(chunks).toString()])
        response.end('{"code":0}')
      })
    })
    const answer = await sendTo(port)
    expect(heard).toEqual([['POST', '/hook', '1', MESSAGE.body]])
    expect(answer).toMatchObject({ status: 200, text: '{"code":0}', error: null })
  })

  test('never answers is given up in time', async () => {
    const answer = await sendTo(await receiver(() => undefined))
    expect(answer).toMatchObject({ status: null, error: `no complete answer within ${TIMEOUT_MS} ms` })
    expect(answer.latencyMs).toBeLessThan(TIMEOUT_MS + 300)
  })

  test('sends its body byte by byte is given up in time', async () => {
    const port = await receiver((_request, response) => {
      response.writeHead(200)
      const timer = setInterval(() => response.write('x'), 20)
      response.on('close', () => clearInterval(timer))
    })
    const answer = await sendTo(port)
    expect(answer).toMatchObject({ status: 200, error: `no complete answer within ${TIMEOUT_MS} ms` })
  })

  test('resets the connection in the middle of the body has not answered', async () => {
    const port = await rawReceiver(socket => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', () => socket.resetAndDestroy())
    })
    const answer = await sendTo(port)
    expect(answer.error).not.toBeNull()
  })

  test.each([500, 503, 429, 410, 301])('answers %d is heard with it', async status => {
    const port = await receiver((_request, response) => {
      response.writeHead(status, { 'retry-after': '7' }).end('no')
    })
    expect(await sendTo(port)).toMatchObject({ status, text: 'no', retryAfter: '7', error: null })
  })

  test('redirects to an address inside is not followed', async () => {
    let inside = 0
    const insidePort = await receiver((_request, response) => {
      inside += 1
      response.end()
    })
    const port = await receiver((_request, response) => {
      response.writeHead(307, { location: `http://127.0.0.1:${insidePort}/admin` }).end()
    })
    expect(await sendTo(port)).toMatchObject({ status: 307, error: null })
    expect(inside).toBe(0)
  })

  test('shows a certificate that nobody vouches for is not told anything', async () => {
    let requests = 0
    const port = await listen(
      https.createServer(SELF_SIGNED, (_request, response) => {
        requests += 1
        response.end()
      }),
    )
    const answer = await (await sender()).send(`https://localhost:${port}/`, MESSAGE, 2_000)
    expect(answer).toMatchObject({ status: null, error: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
    expect(requests).toBe(0)
  })

  test('refuses the connection has not answered', async () => {
    const port = await listen(net.createServer())
    servers.pop()?.close()
    expect(await sendTo(port)).toMatchObject({ status: null, error: 'ECONNREFUSED' })
  })

  test('has a name that does not exist has not answered', async () => {
    const resolve: Resolve = async () => {
      throw Object.assign(new Error('queryA ENOTFOUND'), { code: 'ENOTFOUND' })
    }
    const answer = await (await sender({ resolve })).send('http://nowhere.example/', MESSAGE, TIMEOUT_MS)
    expect(answer).toMatchObject({ status: null, error: 'the host name cannot be resolved (ENOTFOUND)' })
  })

  test('has a name that no server answers for is given up in time', async () => {
    const answer = await (await sender({ resolve: () => new Promise(() => {}) })).send(
      'http://slow.example/',
      MESSAGE,
      TIMEOUT_MS,
    )
    expect(answer).toMatchObject({ status: null, error: `no complete answer within ${TIMEOUT_MS} ms` })
  })

  test('rebinds its name from one try to the next is checked each time', async () => {
    let connections = 0
    const port = await receiver((_request, response) => {
      connections += 1
      response.setHeader('connection', 'close')
      response.end('ok')
    })
    const names = [['127.0.0.1'], ['169.254.169.254'], ['93.184.215.14', '10.0.0.1'], ['127.0.0.1']]
    const resolve: Resolve = async () => names.shift() ?? []
    const rebound = await sender({ resolve })
    const answers = []
    for (let n = 0; n < 4; n++) answers.push(await rebound.send(`http://partner.example:${port}/`, MESSAGE, TIMEOUT_MS))
    const refused = 'the host has an address that is not public'
    expect(answers.map(({ error }) => error)).toEqual([null, refused, refused, null])
    expect(connections).toBe(2)
  })

  test('sends 100 MB is read for 64 kB, of which 4 kB are kept', async () => {
    let sent = 0
    const port = await receiver((_request, response) => {
      const chunk = Buffer.alloc(64 * 1024, 'x')
      const more = () => {
        while (sent < 100_000_000 && !response.destroyed) {
          sent += chunk.length
          if (response.write(chunk)) continue
          response.once('drain', more)
          return
        }
      }
      more()
    })
    const answer = await sendTo(port, 5_000)
    expect(answer.error).toBe('the answer is longer than 65536 bytes')
    expect(answer.text).toHaveLength(4_096)
    expect(sent).toBeLessThan(20_000_000)
  })

  test('sends a gzip bomb has its bytes counted as they are', async () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000))
    const port = await receiver((request, response) => {
      expect(request.headers['accept-encoding']).toBe('identity')
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb)
    })
    const answer = await sendTo(port)
    expect([answer.status, answer.text?.length]).toEqual([200, 4_096])
  })

  test('floods with informational answers is given up', async () => {
    const port = await rawReceiver(socket => {
      const timer = setInterval(() => socket.write('HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n'), 1)
      socket.on('close', () => clearInterval(timer))
    })
    const answer = await sendTo(port, 3_000)
    expect(answer.error).toBe('too many informational answers')
  })

  test('promises to keep the connection and closes it does not cost the next message', async () => {
    let connections = 0
    const port = await listen(
      net.createServer(socket => {
        connections += 1
        socket.on('error', () => undefined)
        socket.on('data', () => {
          socket.write('HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok')
          setTimeout(() => socket.end(), 5)
        })
      }),
    )
    const kept = await sender()
    for (let n = 0; n < 5; n++) {
      expect(await kept.send(`http://127.0.0.1:${port}/`, MESSAGE, TIMEOUT_MS)).toMatchObject({
        status: 200,
        error: null,
      })
      await new Promise(resolve => setTimeout(resolve, 20))
    }
    expect(connections).toBe(5)
  })

  test.each([
    ['no HTTP', 'SSH-2.0-OpenSSH_9.9\r\n'],
    ['headers without end', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`],
    ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n'],
    ['a switch of protocols', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'],
  ])('speaks %s has not answered', async (_what, bytes) => {
    const answer = await sendTo(await rawReceiver(socket => socket.end(bytes)))
    expect(answer.error).toMatch(/^[A-Z][A-Za-z_]+$/)
  })

  test('answers what no text is leaves text that can be kept', async () => {
    const port = await receiver((_request, response) => response.end(Buffer.from([0x00, 0xff, 0xfe, 0x41])))
    expect((await sendTo(port)).text).toBe('\uFFFD\uFFFD\uFFFDA')
  })
})

describe('where loopback is refused', () => {
  let connections = 0
  let canary: net.Server
  let port: number

  beforeAll(async () => {
    canary = net.createServer(() => {
      connections += 1
    })
    // on every address of the machine, IPv6 too
    canary.listen(0, '::')
    await once(canary, 'listening')
    port = (canary.address() as AddressInfo).port
  })

  afterAll(() => void canary.close())

  test.each(INSIDE_HOSTS)('nothing is sent to %s', async host => {
    const strict = await sender({ loopback: false, resolve: async () => ['127.0.0.1'] })
    const answer = await strict.send(`http://${host}:${port}/`, MESSAGE, TIMEOUT_MS)
    expect(answer).toMatchObject({ status: null, error: 'the host has an address that is not public' })
    expect(connections).toBe(0)
  })

  test.each(INSIDE_HOSTS.filter(host => /^[\d.]+$|^\[/.test(host)))(
    'nothing is sent to a name that means %s',
    async host => {
      const address = new URL(`http://${host}/`).hostname.replace(/^\[|\]$/g, '')
      const strict = await sender({ loopback: false, resolve: async () => [address] })
      const answer = await strict.send(`http://partner.example:${port}/`, MESSAGE, TIMEOUT_MS)
      expect(answer).toMatchObject({ status: null, error: 'the host has an address that is not public' })
      expect(connections).toBe(0)
    },
  )
})
