import { Modal, type ModalProps, Text } from '@mantine/core'
import { type ReactNode, useEffect, useState } from 'react'

export type DialogProps = Pick<ModalProps, 'opened' | 'onClose' | 'size'> & {
  readonly title: string
  readonly children: ReactNode
}

/** What opens over the page. It is fetched when it is first opened. */
export default function Dialog({ opened, onClose, size = 'md', title, children }: DialogProps) {
  // opened after it is there, as only then it notes where the focus has to go back to
  const [shown, setShown] = useState(false)
  useEffect(() => setShown(opened), [opened])
  return (
    <Modal opened={shown} onClose={onClose} size={size} title={<Text fw={600}>{title}</Text>}>
      {shown && children}
    </Modal>
  )
}
