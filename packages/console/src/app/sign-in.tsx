import { Button, PasswordInput, Text, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import { RateLimitError } from '@openissuer/sdk/operator.ts'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../lib/api.ts'
import { failureOf } from '../lib/failure.ts'
import { changeSession } from '../lib/session.ts'
import { useAction } from '../lib/use-action.ts'
import { Mark } from './mark.tsx'
import classes from './sign-in.module.css'

export default function SignIn() {
  useDocumentTitle('Sign in · OpenIssuer')
  const client = useQueryClient()
  const [operatorKey, setOperatorKey] = useState('')
  const signIn = useAction({
    call: () => api.session.signIn(operatorKey.trim()),
    onDone: session => changeSession(client, session),
    quiet: true,
  })
  return (
    <main className={classes.page}>
      <form
        className={classes.card}
        onSubmit={event => {
          event.preventDefault()
          signIn.mutate()
        }}
      >
        <Mark />
        <Title order={1} mt="lg">
          Sign in
        </Title>
        <Text c="dimmed" mt={4} mb="lg">
          With an operator key. The first one was printed when the server was started for the first time; in a sandbox
          it is in <span className="mono">sandbox-credentials.json</span> of the data folder too.
        </Text>
        <PasswordInput
          label="Operator key"
          value={operatorKey}
          onChange={event => setOperatorKey(event.currentTarget.value)}
          error={signIn.error === null ? undefined : refusalOf(signIn.error)}
          autoComplete="current-password"
          spellCheck={false}
          required
          autoFocus
          size="md"
        />
        <Button
          type="submit"
          fullWidth
          mt="lg"
          size="md"
          loading={signIn.isPending}
          disabled={operatorKey.trim() === ''}
        >
          Sign in
        </Button>
      </form>
    </main>
  )
}

function refusalOf(error: Error): string {
  if (error instanceof RateLimitError) return 'Too many attempts have failed. Wait a minute and try again.'
  if ('status' in error && error.status === 401) return 'This key is not known, or it has been revoked.'
  return failureOf(error).message
}
