import { Notifications, notifications } from '@mantine/notifications'
import { useEffect } from 'react'
import { showNotices } from '../lib/notify.ts'

/** Where the outcome of what was done is told. */
export default function Toasts() {
  useEffect(() => showNotices(notice => void notifications.show(notice)), [])
  return <Notifications position="bottom-right" limit={4} />
}
