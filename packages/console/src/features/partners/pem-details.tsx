import { JsonView } from '../../components/json-view.tsx'
import classes from './pem-details.module.css'
import { readPublicKey } from './public-key.ts'

/** A public key by its size, and all of it for whoever opens it. */
export function PemDetails({ pem, label }: { readonly pem: string; readonly label: string }) {
  const reading = readPublicKey(pem)
  return (
    <details className={classes.details}>
      <summary>{'bits' in reading ? `RSA, ${reading.bits} bits` : 'Show'}</summary>
      <JsonView value={pem.trim()} label={label} />
    </details>
  )
}
