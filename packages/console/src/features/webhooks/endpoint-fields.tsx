/** What can be said of an endpoint when it is made, and later. */

import { Checkbox, Group, TextInput } from '@mantine/core'
import type { HappeningKind } from '@openissuer/sdk/operator.ts'
import { wordsOf } from '../../components/status-badge.tsx'
import { DIALECTS, type Dialect } from './dialects.ts'

const URL_MAX = 512
const DESCRIPTION_MAX = 128

type AddressProps = {
  readonly url: string
  readonly setUrl: (url: string) => void
  readonly description: string
  readonly setDescription: (description: string) => void
}

export function AddressFields({ url, setUrl, description, setDescription }: AddressProps) {
  return (
    <>
      <TextInput
        label="URL"
        description="https in live mode; in sandbox http and this machine too"
        placeholder="https://partner.example/webhooks"
        type="url"
        maxLength={URL_MAX}
        required
        value={url}
        onChange={event => setUrl(event.currentTarget.value)}
        data-autofocus
      />
      <TextInput
        label="Description"
        maxLength={DESCRIPTION_MAX}
        value={description}
        onChange={event => setDescription(event.currentTarget.value)}
      />
    </>
  )
}

type KindChoiceProps = {
  readonly dialect: Dialect
  readonly kinds: readonly HappeningKind[]
  readonly choose: (kinds: readonly HappeningKind[]) => void
}

export function KindChoice({ dialect, kinds, choose }: KindChoiceProps) {
  const told = DIALECTS[dialect].kinds
  return (
    <div>
      <Checkbox.Group
        label="Kinds"
        description="What it wants to hear of"
        value={[...kinds]}
        onChange={chosen => choose(told.filter(kind => chosen.includes(kind)))}
      >
        <Group gap="8px 18px" mt={8}>
          {told.map(kind => (
            <Checkbox key={kind} value={kind} label={wordsOf(kind)} size="xs" />
          ))}
        </Group>
      </Checkbox.Group>
      <Checkbox
        mt="sm"
        size="xs"
        label="All of them"
        checked={kinds.length === told.length}
        indeterminate={kinds.length > 0 && kinds.length < told.length}
        onChange={event => choose(event.currentTarget.checked ? told : [])}
      />
    </div>
  )
}
