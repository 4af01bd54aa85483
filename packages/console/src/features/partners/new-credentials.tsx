import type { CreatedPartner } from '@openissuer/sdk/operator.ts'
import { OnceDialog, type Shown } from '../../components/once-dialog.tsx'

/** What the new partner connects by. Its API secret is not to be had again. */
export default function NewCredentials({
  partner,
  done,
}: {
  readonly partner: CreatedPartner
  readonly done: () => void
}) {
  return (
    <OnceDialog
      title={`${partner.name} is created`}
      shown={credentialsOf(partner)}
      fileName={`partner-${partner.partnerId}`}
      done={done}
    />
  )
}

function credentialsOf({ partnerId, pagsmile, keysecure }: CreatedPartner): readonly Shown[] {
  const shown: Shown[] = [{ label: 'Partner id', value: partnerId }]
  if (keysecure !== null) {
    shown.push({ label: 'API key', value: keysecure.apiKey })
    shown.push({ label: 'API secret', value: keysecure.apiSecret, secret: true })
  }
  if (pagsmile !== null) {
    shown.push({ label: 'App id', value: pagsmile.appId })
    shown.push({ label: 'Pagsmile partner id', value: pagsmile.partnerId })
    shown.push({ label: 'Funding account', value: pagsmile.fundingAccount })
    shown.push({ label: 'Shared account', value: pagsmile.sharedAccount })
    shown.push({ label: 'Platform public key', value: pagsmile.platformPublicKey })
  }
  return shown
}
