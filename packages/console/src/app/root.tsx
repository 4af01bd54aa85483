import { Center, Loader } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { ErrorState } from '../components/states.tsx'
import { sessionQuery } from '../lib/session.ts'
import { Shell } from './shell.tsx'

const SignIn = lazy(() => import('./sign-in.tsx'))

/** The sign-in page in place of whatever was asked for, until somebody is signed in. */
export function Root() {
  const { data: session, error, refetch } = useQuery(sessionQuery)
  if (session === null) {
    return (
      <Suspense fallback={<Waiting />}>
        <SignIn />
      </Suspense>
    )
  }
  if (session !== undefined) {
    return (
      <Shell>
        <Outlet />
      </Shell>
    )
  }
  if (error !== null) return <ErrorState error={error} retry={() => void refetch()} />
  return <Waiting />
}

function Waiting() {
  return (
    <Center h="100vh">
      <Loader aria-label="Loading" />
    </Center>
  )
}
