import { useDisclosure } from '@mantine/hooks'
import { lazy, useState } from 'react'

export const Dialog = lazy(() => import('./dialog.tsx'))

/** Whether a dialog is open, and whether it has been: it stays on the page then, so that the focus finds its way back. */
export function useDialog() {
  const [opened, { open, close }] = useDisclosure(false)
  const [fetched, setFetched] = useState(false)
  const openFirst = () => {
    setFetched(true)
    open()
  }
  return { opened, fetched, open: openFirst, close }
}
