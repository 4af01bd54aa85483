/** `openissuer envelope`: seals and opens Pagsmile bodies with keys at hand, to see what a client sends. */
import type { Command } from 'commander'
import { example } from '../example.ts'
import type { Terminal } from '../terminal.ts'

export function define(envelope: Command, terminal: Terminal): void {
  example(envelope, 'openissuer envelope decrypt --private-key merchant.pem answer.json')
  example(
    envelope
      .command('encrypt [file]')
      .description('seal business data as a request carries it; from standard input unless a file is named')
      .option('--public-key <file>', 'PEM or Base64 DER; by default the platform key of the sandbox credentials'),
    `echo '{"card_id":"450620141926"}' | openissuer envelope encrypt --public-key platform.pem`,
  ).action(async (file: string | undefined, { publicKey }: { publicKey?: string }) => {
    const { encryptBody } = await import('../envelope.ts')
    terminal.out(`${JSON.stringify(await encryptBody(terminal, file, publicKey), null, 2)}\n`)
  })
  example(
    envelope
      .command('decrypt [file]')
      .description('open a whole body, request or answer; from standard input unless a file is named')
      .option('--private-key <file>', 'PEM or Base64 DER; by default the merchant key of the sandbox credentials'),
    'openissuer envelope decrypt --private-key merchant.pem answer.json',
  ).action(async (file: string | undefined, { privateKey }: { privateKey?: string }) => {
    const { decryptBody } = await import('../envelope.ts')
    terminal.out(`${JSON.stringify(await decryptBody(terminal, file, privateKey), null, 2)}\n`)
  })
}
