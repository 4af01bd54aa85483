import { Notifications } from '@mantine/notifications'

/** Where the outcome of what was done is told. Fetched after the first page, which has nothing to tell. */
export default function Toasts() {
  return <Notifications position="bottom-right" limit={4} />
}
