import { NumberInput, Text } from '@mantine/core'
import { useState } from 'react'
import { DialogForm } from '../../components/dialog-form.tsx'
import { api } from '../../lib/api.ts'
import { useAction } from '../../lib/use-action.ts'
import type { OfApp } from './pagsmile-app.tsx'

type FormProps = OfApp & { readonly close: () => void }

const GRACE_HOURS = 168
const GRACE_HOURS_MAX = 2_160

export default function RotationForm({ partnerId, app, close }: FormProps) {
  const [graceHours, setGraceHours] = useState<number | string>(GRACE_HOURS)
  const rotate = useAction({
    call: (hours: number) => api.partners.rotatePlatformKey(partnerId, app.appId, { graceHours: hours }),
    done: () => 'The platform has a new key',
    changes: [['partner', partnerId]],
    quiet: true,
  })
  return (
    <DialogForm
      submit="Rotate key"
      close={close}
      ready={typeof graceHours === 'number'}
      run={() => rotate.mutateAsync(Number(graceHours))}
    >
      <Text>
        The app gets a new platform key, whose public part the partner then encrypts its requests with. Requests under
        the old one are understood until the hours are over; one that was replaced before is not understood any more.
      </Text>
      <NumberInput
        label="Hours of grace for the old key"
        description={`0 to ${GRACE_HOURS_MAX}; ${GRACE_HOURS} hours are a week`}
        min={0}
        max={GRACE_HOURS_MAX}
        clampBehavior="strict"
        allowDecimal={false}
        value={graceHours}
        onChange={setGraceHours}
        required
      />
    </DialogForm>
  )
}
