/** Server-sent events (WHATWG HTML, 9.2.6), as far as our servers use them: `id`, `event` and `data` of one line each. */

export type ServerSentEvent = { readonly id: string | null; readonly event: string; readonly data: string }

export async function* serverSentEvents(parts: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent, void> {
  const decoder = new TextDecoder()
  let unread = ''
  for await (const part of parts) {
    const blocks = (unread + decoder.decode(part, { stream: true })).split('\n\n')
    unread = blocks.pop() ?? ''
    for (const block of blocks) {
      const event = eventOf(block)
      if (event !== undefined) yield event
    }
  }
}

/** undefined for a comment, which keeps a connection open and says nothing. */
function eventOf(block: string): ServerSentEvent | undefined {
  const fields = new Map(block.split('\n').map(fieldOf))
  const data = fields.get('data')
  return data === undefined
    ? undefined
    : { id: fields.get('id') ?? null, event: fields.get('event') ?? 'message', data }
}

function fieldOf(line: string): [name: string, value: string] {
  const colon = line.indexOf(':')
  return colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')]
}
