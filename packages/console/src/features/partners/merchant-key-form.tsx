import { Text } from '@mantine/core'
import { useState } from 'react'
import { DialogForm } from '../../components/dialog-form.tsx'
import { api } from '../../lib/api.ts'
import { useAction } from '../../lib/use-action.ts'
import type { OfApp } from './pagsmile-app.tsx'
import { readPublicKey } from './public-key.ts'
import { PublicKeyField } from './public-key-field.tsx'

type FormProps = OfApp & { readonly close: () => void }

export default function MerchantKeyForm({ partnerId, app, close }: FormProps) {
  const [publicKey, setPublicKey] = useState('')
  const replace = useAction({
    call: (key: string) => api.partners.setMerchantKey(partnerId, app.appId, key),
    done: () => 'The merchant key counts within three seconds',
    changes: [['partner', partnerId]],
    quiet: true,
  })
  const replaces = app.merchantPublicKey !== null
  return (
    <DialogForm
      submit={replaces ? 'Replace key' : 'Upload key'}
      close={close}
      ready={'bits' in readPublicKey(publicKey)}
      run={() => replace.mutateAsync(publicKey.trim())}
    >
      <Text>
        Answers and notifications are encrypted with it.
        {replaces && ' From then on the partner needs the private key of the new one to read them.'}
      </Text>
      <PublicKeyField value={publicKey} change={setPublicKey} required />
    </DialogForm>
  )
}
