/** The card that messages are sent for: the partner's newest, or one that is searched by last four digits or token. */

import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { type Card, type CardWithDetails, NotFoundError } from '@openissuer/sdk/operator.ts'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { AmountText } from '../../components/amount.tsx'
import { StatusBadge, wordsOf } from '../../components/status-badge.tsx'
import { api } from '../../lib/api.ts'
import classes from './simulator.module.css'

const TYPING_MS = 300

type CardPickerProps = {
  readonly partnerId: string
  readonly cardToken: string | null
  readonly choose: (cardToken: string | null) => void
}

export function CardPicker({ partnerId, cardToken, choose }: CardPickerProps) {
  const [search, setSearch] = useState('')
  const [searched] = useDebouncedValue(search.trim(), TYPING_MS)
  const { data: found = [] } = useQuery({
    queryKey: ['cards', partnerId, 'picker', searched],
    queryFn: ({ signal }) => cardsLike(partnerId, searched, signal),
    placeholderData: before => before,
  })
  const chosen = useCard(cardToken)
  const known = chosen === undefined || found.some(card => card.cardToken === cardToken) ? found : [chosen, ...found]
  return (
    <div>
      <Select
        label="Card"
        description="The newest, or by last four digits or token"
        placeholder="Choose a card"
        nothingFoundMessage="No such card"
        data={known.map(card => ({ value: card.cardToken, label: labelOf(card) }))}
        // the server has searched
        filter={({ options }) => options}
        searchable
        value={cardToken}
        onChange={choose}
        onSearchChange={text => setSearch(known.some(card => labelOf(card) === text) ? '' : text)}
        clearable
        clearButtonProps={{ 'aria-label': 'Choose no card' }}
      />
      {chosen !== undefined && (
        <p className={classes.cardState}>
          <StatusBadge status={chosen.status} /> {wordsOf(chosen.network)}, {chosen.expiry} ·{' '}
          <AmountText value={chosen.account.available} /> available
        </p>
      )}
    </div>
  )
}

export function useCard(cardToken: string | null): CardWithDetails | undefined {
  const { data } = useQuery({
    queryKey: ['card', 'by-token', cardToken],
    queryFn: ({ signal }) => api.cards.retrieveByToken(cardToken ?? '', { signal }),
    enabled: cardToken !== null,
  })
  return data
}

function labelOf({ lastFour, status, cardToken }: Pick<Card, 'lastFour' | 'status' | 'cardToken'>): string {
  const state = status === 'active' ? '' : ` · ${wordsOf(status).toLowerCase()}`
  return `•••• ${lastFour}${state} · ${cardToken}`
}

async function cardsLike(partnerId: string, search: string, signal: AbortSignal): Promise<readonly Card[]> {
  if (search === '') return (await api.cards.list(partnerId, { limit: 50 }, { signal })).rows
  if (/^\d{4}$/.test(search)) return (await api.cards.list(partnerId, { limit: 50, lastFour: search }, { signal })).rows
  try {
    const card = await api.cards.retrieveByToken(search, { signal })
    return card.partnerId === partnerId ? [card] : []
  } catch (error) {
    if (error instanceof NotFoundError) return []
    throw error
  }
}
