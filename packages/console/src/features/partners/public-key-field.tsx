import { Button, FileButton, Group, Text, Textarea } from '@mantine/core'
import { FileKey2 } from 'lucide-react'
import { readPublicKey } from './public-key.ts'

export type PublicKeyFieldProps = {
  readonly value: string
  readonly change: (value: string) => void
  readonly required?: boolean
}

/** Pasted or read from a file, and looked at before it is sent. */
export function PublicKeyField({ value, change, required = false }: PublicKeyFieldProps) {
  const reading = value.trim() === '' ? undefined : readPublicKey(value)
  return (
    <div>
      <Textarea
        label="Merchant public key"
        description="RSA of at least 2048 bits, SPKI as PEM or Base64"
        placeholder="-----BEGIN PUBLIC KEY-----"
        autosize
        minRows={4}
        maxRows={10}
        spellCheck={false}
        required={required}
        classNames={{ input: 'mono' }}
        value={value}
        onChange={event => change(event.currentTarget.value)}
        error={reading !== undefined && 'fault' in reading ? reading.fault : undefined}
      />
      <Group mt={6} gap="sm">
        <FileButton accept=".pem,.pub,.txt,.key" onChange={file => void file?.text().then(change)}>
          {props => (
            <Button {...props} variant="default" size="compact-sm" leftSection={<FileKey2 size={14} />}>
              From a file
            </Button>
          )}
        </FileButton>
        {reading !== undefined && 'bits' in reading && (
          <Text size="sm" c="var(--good)" role="status">
            RSA key of {reading.bits} bits
          </Text>
        )}
      </Group>
    </div>
  )
}
