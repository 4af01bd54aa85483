import { Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { DialogForm } from '../../components/dialog-form.tsx'
import { api } from '../../lib/api.ts'
import { useAction } from '../../lib/use-action.ts'
import { keptSteps } from './steps.ts'
import type { Steps } from './use-steps.ts'

const NAME_MAX = 100

/** Keeps the steps under a name; the scenario that they came from is replaced unless it is called otherwise. */
export default function SaveForm({ sheet, close }: { readonly sheet: Steps; readonly close: () => void }) {
  const [name, setName] = useState(sheet.scenario?.name ?? '')
  const steps = keptSteps(sheet.steps)
  const replaced = sheet.scenario !== null && sheet.scenario.name === name.trim() ? sheet.scenario.scenarioId : null
  const save = useAction({
    call: () =>
      replaced === null
        ? api.scenarios.create({ name: name.trim(), steps })
        : api.scenarios.replace(replaced, { name: name.trim(), steps }),
    done: kept => `“${kept.name}” is kept.`,
    changes: [['scenarios']],
    onDone: ({ scenarioId, name: kept }) => sheet.name({ scenarioId, name: kept }),
    quiet: true,
  })
  return (
    <DialogForm
      submit={replaced === null ? 'Save' : 'Replace it'}
      ready={name.trim() !== ''}
      run={() => save.mutateAsync()}
      close={close}
    >
      <Text>
        Card numbers, security codes and PINs are never kept. Where all steps are of one card it is left out, so that
        the scenario can be played on any.
      </Text>
      <TextInput
        label="Name"
        required
        maxLength={NAME_MAX}
        value={name}
        onChange={event => setName(event.currentTarget.value)}
        data-autofocus
      />
    </DialogForm>
  )
}
