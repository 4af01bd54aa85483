import { Modal, type ModalProps, Text } from '@mantine/core'
import type { ReactNode } from 'react'

export type DialogProps = Pick<ModalProps, 'opened' | 'onClose' | 'size'> & {
  readonly title: string
  readonly children: ReactNode
}

/** What opens over the page. It is fetched when it is first opened. */
export default function Dialog({ opened, onClose, size = 'md', title, children }: DialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} size={size} title={<Text fw={600}>{title}</Text>}>
      {opened && children}
    </Modal>
  )
}
