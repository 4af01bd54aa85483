import { SegmentedControl, Select, Stack, Text, useMantineColorScheme } from '@mantine/core'
import { useMemo } from 'react'
import { useZone, zones } from '../lib/zone.tsx'

/** Light or dark, and the zone of times. */
export default function PreferencesForm() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const { zone, choose } = useZone()
  const known = useMemo(zones, [])
  return (
    <Stack gap="md">
      <div>
        <Text size="sm" fw={550} mb={6}>
          Appearance
        </Text>
        <SegmentedControl
          fullWidth
          size="xs"
          aria-label="Appearance"
          value={colorScheme}
          onChange={value => setColorScheme(value)}
          data={[
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' },
            { value: 'auto', label: 'System' },
          ]}
        />
      </div>
      <Select
        label="Time zone"
        description="Point at a time to see it in UTC"
        size="xs"
        searchable
        allowDeselect={false}
        limit={60}
        data={known}
        value={zone}
        onChange={value => value !== null && choose(value)}
        comboboxProps={{ withinPortal: false }}
      />
    </Stack>
  )
}
