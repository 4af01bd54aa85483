import { Checkbox, Stack } from '@mantine/core'

export type ColumnChoicesProps = {
  readonly columns: readonly { readonly id: string; readonly header: string }[]
  readonly hidden: readonly string[]
  readonly hide: (ids: readonly string[]) => void
}

/** Which columns are shown. */
export default function ColumnChoices({ columns, hidden, hide }: ColumnChoicesProps) {
  return (
    <Stack gap={8}>
      {columns.map(({ id, header }) => (
        <Checkbox
          key={id}
          size="xs"
          label={header}
          checked={!hidden.includes(id)}
          onChange={event => hide(event.currentTarget.checked ? hidden.filter(other => other !== id) : [...hidden, id])}
        />
      ))}
    </Stack>
  )
}
