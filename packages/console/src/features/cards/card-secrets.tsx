import { Button, Group } from '@mantine/core'
import type { AuditEntry, CardWithDetails, CardSecrets as Secrets } from '@openissuer/sdk/operator.ts'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { EyeOff, KeyRound } from 'lucide-react'
import { lazy, useCallback, useEffect, useState } from 'react'
import { ConfirmButton } from '../../components/confirm.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { DialogButton } from '../../components/dialog-form.tsx'
import { InstantText } from '../../components/instant.tsx'
import { Section } from '../../components/page.tsx'
import { api } from '../../lib/api.ts'
import { useMay } from '../../lib/session.ts'
import classes from './card-page.module.css'
import { grouped, revealsOf } from './secrets.ts'

const PinForm = lazy(() => import('./pin-form.tsx'))

/** How long the number of a card stands on the screen. */
const SHOWN_S = 30

/** The number and the security code for whoever may see them, and the PIN, which nobody can read back. */
export function CardSecrets({ card }: { readonly card: CardWithDetails }) {
  const { partnerId, cardId } = card
  const mayReveal = useMay('reveal')
  const mayOperate = useMay('operator')
  const client = useQueryClient()
  // in this component's memory alone: neither in the cache of queries nor in that of mutations
  const [secrets, setSecrets] = useState<Secrets | null>(null)
  const hide = useCallback(() => setSecrets(null), [])
  const reveal = async (reason: string | undefined) => {
    setSecrets(await api.cards.reveal(partnerId, cardId, reason ?? ''))
    await client.invalidateQueries({ queryKey: ['audit-log', partnerId] })
  }
  return (
    <Section title="Number and PIN" lead={card.hasPin ? 'The card has a PIN.' : 'The card has no PIN yet.'}>
      {secrets !== null && <Shown secrets={secrets} hide={hide} />}
      <Group gap={8}>
        {secrets === null && (
          <ConfirmButton
            label="Show the number"
            consequence={`The full number, the expiry and the security code are shown for ${SHOWN_S} seconds. The audit log keeps who asked and why.`}
            reason="required"
            disabled={!mayReveal}
            run={reveal}
          />
        )}
        <DialogButton label="Set the PIN" icon={<KeyRound size={15} />} disabled={!mayOperate}>
          {close => <PinForm card={card} close={close} />}
        </DialogButton>
      </Group>
      {!mayReveal && <p className={classes.note}>Numbers are shown to keys of the role reveal.</p>}
      <Reveals partnerId={partnerId} cardId={cardId} />
    </Section>
  )
}

function Shown({ secrets, hide }: { readonly secrets: Secrets; readonly hide: () => void }) {
  const [until] = useState(() => Date.now() + SHOWN_S * 1_000)
  const [left, setLeft] = useState(SHOWN_S)
  useEffect(() => {
    // by the clock and not by counting: a page in the background is called less often
    const timer = setInterval(() => {
      const seconds = Math.ceil((until - Date.now()) / 1_000)
      if (seconds <= 0) hide()
      else setLeft(seconds)
    }, 1_000)
    return () => clearInterval(timer)
  }, [until, hide])
  return (
    <div>
      <dl className={classes.secrets} data-secret aria-live="polite">
        <Secret term="Number" shown={grouped(secrets.pan)} value={secrets.pan} />
        <Secret term="Expires" shown={secrets.expiry} value={secrets.expiry} />
        <Secret term="CVV2" shown={secrets.cvv2} value={secrets.cvv2} />
      </dl>
      <Button variant="default" size="compact-sm" mb="md" leftSection={<EyeOff size={14} />} onClick={hide}>
        Hide the number
      </Button>{' '}
      <span className={classes.note}>It goes by itself in {left} s.</span>
    </div>
  )
}

function Secret({ term, shown, value }: { readonly term: string; readonly shown: string; readonly value: string }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>
        <span className="mono">{shown}</span> <CopyButton value={value} label={term} />
      </dd>
    </div>
  )
}

/** Newest first: who has seen the number, and when. */
function Reveals({ partnerId, cardId }: { readonly partnerId: string; readonly cardId: string }) {
  const { data } = useQuery({
    queryKey: ['audit-log', partnerId, 'newest'],
    queryFn: async ({ signal }) => (await api.auditLog.list(partnerId, { limit: 200 }, { signal })).rows,
  })
  const seen = revealsOf(data ?? [], cardId)
  if (seen.length === 0) return null
  return (
    <ul className={classes.trail} aria-label="Who has seen the number">
      {seen.map(entry => (
        <li key={entry.auditId}>
          <span>{describe(entry)}</span>
          <span className={classes.when}>
            <InstantText at={entry.at} />
          </span>
        </li>
      ))}
    </ul>
  )
}

function describe({ actor, actorName, reason }: AuditEntry): string {
  return `Shown to ${actorName ?? actor}${reason === null ? '' : `: ${reason}`}`
}
