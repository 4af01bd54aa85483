import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { CSSProperties, ReactNode } from 'react'

export type LinkButtonProps = {
  readonly to: string
  readonly params?: Readonly<Record<string, string>>
  readonly search?: Readonly<Record<string, string>>
  readonly icon?: ReactNode
  /** then it leads nowhere */
  readonly disabled?: boolean
  /** what the page is mostly for */
  readonly primary?: boolean
  readonly children: ReactNode
}

/** A link that looks like a button: it leads to a page where something can be done. */
export function LinkButton(props: LinkButtonProps) {
  const { to, params = {}, search = {}, icon, disabled = false, primary = false, children } = props
  const look = { variant: primary ? 'filled' : 'default', leftSection: icon, children } as const
  if (disabled) return <Button {...look} disabled />
  return (
    <Button
      {...look}
      renderRoot={({ style, ...root }: { readonly style?: CSSProperties }) => (
        <Link
          {...root}
          to={to as never}
          params={params as never}
          search={search as never}
          // links have a colour of their own
          style={{ ...style, color: 'var(--button-color)' }}
        />
      )}
    />
  )
}
