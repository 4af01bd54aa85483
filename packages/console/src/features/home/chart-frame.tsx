import { Skeleton } from '@mantine/core'
import { Component, type ReactNode, Suspense } from 'react'
import { EmptyState } from '../../components/states.tsx'

type Frame = { readonly children: ReactNode }

/** The place of a chart while its library is fetched. One that cannot be drawn takes nothing else of the page with it. */
export class ChartFrame extends Component<Frame, { readonly failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true }
  }

  override render() {
    if (this.state.failed) {
      return (
        <EmptyState title="No chart">This browser cannot draw it. The figures above are those that count.</EmptyState>
      )
    }
    return <Suspense fallback={<Skeleton height={200} />}>{this.props.children}</Suspense>
  }
}
