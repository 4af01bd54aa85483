import { lazy, Suspense } from 'react'
import { useAnyNotice } from '../lib/notify.ts'

const Toasts = lazy(() => import('./toasts.tsx'))

/** Nothing before there is something to tell. */
export function ToastCorner() {
  if (!useAnyNotice()) return null
  return (
    <Suspense>
      <Toasts />
    </Suspense>
  )
}
