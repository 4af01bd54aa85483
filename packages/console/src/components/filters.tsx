/** Controls of a list's filters; each stands for one name in the address. */
import { Button, CloseButton, Select, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useEffect, useState } from 'react'
import { type Filters, useFilters } from '../lib/search.ts'
import { instantOf, localOf } from '../lib/time.ts'
import { useZone } from '../lib/zone.tsx'
import classes from './filters.module.css'
import { wordsOf } from './status-badge.tsx'

type FilterProps = { readonly name: string; readonly label: string }

const TYPING_MS = 350

export function TextFilter({ name, label, width = 150 }: FilterProps & { readonly width?: number }) {
  const { values, change } = useFilters()
  const [text, setText] = useState(values[name] ?? '')
  const apply = useDebouncedCallback((value: string) => change({ [name]: value.trim() }), TYPING_MS)
  // the address may change by the way back or by a cleared filter
  useEffect(() => setText(values[name] ?? ''), [values, name])
  const put = (value: string) => {
    setText(value)
    apply(value)
  }
  return (
    <TextInput
      size="xs"
      w={width}
      placeholder={label}
      aria-label={label}
      value={text}
      onChange={event => put(event.currentTarget.value)}
      rightSection={
        text === '' ? null : <CloseButton size="xs" aria-label={`Clear ${label}`} onClick={() => put('')} />
      }
    />
  )
}

/** A name of the API, or an id with what people call it. */
export type Choice = string | { readonly value: string; readonly label: string }

export function ChoiceFilter({
  name,
  label,
  choices,
  width = 150,
}: FilterProps & { readonly choices: readonly Choice[]; readonly width?: number }) {
  const { values, change } = useFilters()
  return (
    <Select
      size="xs"
      w={width}
      placeholder={label}
      aria-label={label}
      data={choices.map(choice => (typeof choice === 'string' ? { value: choice, label: wordsOf(choice) } : choice))}
      value={values[name] ?? null}
      onChange={value => change({ [name]: value ?? undefined })}
      searchable={choices.length > 8}
      clearable
      clearButtonProps={{ 'aria-label': `Clear ${label}` }}
    />
  )
}

/** A bound of a period in the chosen zone; the address holds the instant. */
export function InstantFilter({ name, label }: FilterProps) {
  const { values, change } = useFilters()
  const { zone } = useZone()
  const given = values[name]
  return (
    <label className={classes.named}>
      {label}
      <TextInput
        size="xs"
        type="datetime-local"
        step={1}
        value={given === undefined || Number.isNaN(Date.parse(given)) ? '' : localOf(given, zone)}
        onChange={event => change({ [name]: instantOf(event.currentTarget.value, zone) })}
      />
    </label>
  )
}

/** Shown only while there is something to clear. */
export function ClearFilters({ names }: { readonly names: readonly string[] }) {
  const filters: Filters = useFilters()
  if (names.every(name => filters.values[name] === undefined)) return null
  return (
    <Button size="xs" variant="subtle" onClick={filters.clear}>
      Clear filters
    </Button>
  )
}
