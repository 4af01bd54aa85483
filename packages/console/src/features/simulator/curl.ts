/** A call as a line of shell, with the key in a variable so that it is in no history. */
import type { SimulationCall } from '@openissuer/sdk/operator.ts'
import type { Body } from './body.ts'

export function pathOf(call: SimulationCall): string {
  return call === 'clock' ? '/operator/v1/clock' : `/operator/v1/simulations/${call}`
}

/** @param origin `https://issuer.example` */
export function curlOf(origin: string, call: SimulationCall, body: Body): string {
  return [
    `curl -X POST ${origin}${pathOf(call)}`,
    `  -H "Authorization: Bearer $OPERATOR_KEY"`,
    `  -H 'Content-Type: application/json'`,
    `  -d ${quoted(JSON.stringify(body))}`,
  ].join(' \\\n')
}

/** Text that a shell takes for one word and does not look into. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
