import { Textarea } from '@mantine/core'

export type LinesFieldProps = {
  readonly label: string
  readonly description: string
  readonly placeholder: string
  readonly value: string
  readonly change: (value: string) => void
  readonly fault: string | undefined
}

/** A list as text, one entry a line. */
export function LinesField({ label, description, placeholder, value, change, fault }: LinesFieldProps) {
  return (
    <Textarea
      label={label}
      description={description}
      placeholder={placeholder}
      autosize
      minRows={2}
      maxRows={8}
      spellCheck={false}
      classNames={{ input: 'mono' }}
      value={value}
      onChange={event => change(event.currentTarget.value)}
      error={fault}
    />
  )
}
