import { Button, Group, Modal, Text } from '@mantine/core'
import type { Cardholder, CardholderDocument } from '@openissuer/sdk/operator.ts'
import { Download, Eye, Upload } from 'lucide-react'
import { lazy, useEffect, useState } from 'react'
import { DialogButton } from '../../components/dialog-form.tsx'
import { InstantText } from '../../components/instant.tsx'
import { Section } from '../../components/page.tsx'
import { EmptyState } from '../../components/states.tsx'
import { api } from '../../lib/api.ts'
import { download } from '../../lib/csv.ts'
import { failureOf } from '../../lib/failure.ts'
import { notify } from '../../lib/notify.ts'
import { useMay } from '../../lib/session.ts'
import classes from './documents.module.css'
import { DOCUMENT_KINDS } from './identity.ts'

const DocumentForm = lazy(() => import('./document-form.tsx'))

type Bytes = Uint8Array<ArrayBuffer>

type DocumentsProps = { readonly partnerId: string; readonly holder: Cardholder }

/** What proves who the cardholder is. Pictures are shown here, everything else is only given as a file. */
export function Documents({ partnerId, holder }: DocumentsProps) {
  const may = useMay('operator')
  const { cardholderId, documents } = holder
  const add = (
    <DialogButton
      label="Add a document"
      icon={<Upload size={15} />}
      disabled={!may || holder.verification === 'rejected'}
    >
      {close => <DocumentForm partnerId={partnerId} cardholderId={cardholderId} close={close} />}
    </DialogButton>
  )
  return (
    <Section title="Documents" lead="Whoever looks at one leaves a line in the audit log." actions={add} flush>
      {documents.length === 0 ? (
        <EmptyState title="No documents">
          {holder.kind === 'person'
            ? 'A person needs the front of an identity document and a proof of address.'
            : 'A company needs its registration.'}
        </EmptyState>
      ) : (
        <ul className={classes.documents}>
          {documents.map(document => (
            <Row key={document.documentId} {...{ partnerId, cardholderId, document }} />
          ))}
        </ul>
      )}
    </Section>
  )
}

type RowProps = {
  readonly partnerId: string
  readonly cardholderId: string
  readonly document: CardholderDocument
}

/** Types that a browser draws without running anything of them. */
const PICTURES: Readonly<Record<string, string>> = { png: 'image/png', jpeg: 'image/jpeg' }

function Row({ partnerId, cardholderId, document }: RowProps) {
  const may = useMay('operator')
  const [busy, setBusy] = useState(false)
  const [picture, setPicture] = useState<Bytes | null>(null)
  const { documentId, fileName, fileType } = document
  const type = PICTURES[fileType]
  const fetched = async (use: (bytes: Bytes) => void) => {
    setBusy(true)
    try {
      use(new Uint8Array(await api.cardholders.downloadDocument(partnerId, cardholderId, documentId)))
    } catch (error) {
      const { title, message } = failureOf(error)
      notify({ title, message, color: 'red' })
    } finally {
      setBusy(false)
    }
  }
  const button = { variant: 'default', size: 'xs', disabled: !may || busy } as const
  return (
    <li className={classes.document}>
      <div className={classes.what}>
        <div className={classes.kind}>{DOCUMENT_KINDS[document.kind]}</div>
        <div className={classes.soft}>
          {fileName} · {sizeOf(document.byteCount)} · <InstantText at={document.createdAt} />
        </div>
        {document.description !== null && <div>{document.description}</div>}
      </div>
      <Group gap={8}>
        {type !== undefined && (
          <Button
            {...button}
            leftSection={<Eye size={14} />}
            aria-label={`View ${fileName}`}
            onClick={() => void fetched(setPicture)}
          >
            View
          </Button>
        )}
        <Button
          {...button}
          leftSection={<Download size={14} />}
          aria-label={`Download ${fileName}`}
          onClick={() => void fetched(bytes => download(fileName, bytes, 'application/octet-stream'))}
        >
          Download
        </Button>
      </Group>
      <Modal
        opened={picture !== null}
        onClose={() => setPicture(null)}
        size="xl"
        title={<Text fw={600}>{fileName}</Text>}
      >
        {picture !== null && type !== undefined && <Picture bytes={picture} type={type} name={fileName} />}
      </Modal>
    </li>
  )
}

type PictureProps = { readonly bytes: Bytes; readonly type: string; readonly name: string }

function Picture({ bytes, type, name }: PictureProps) {
  const [url, setUrl] = useState<string | undefined>(undefined)
  const [broken, setBroken] = useState(false)
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([bytes], { type }))
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [bytes, type])
  if (broken) return <EmptyState title="The browser cannot draw this file">Download it to look closer.</EmptyState>
  return url === undefined ? null : (
    <img src={url} alt={`Document ${name}`} className={classes.picture} onError={() => setBroken(true)} />
  )
}

function sizeOf(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} kB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`
}
