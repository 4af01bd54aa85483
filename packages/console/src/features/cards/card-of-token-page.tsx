/** The way from a card's token, by which messages name it, to its page. */
import { useQuery } from '@tanstack/react-query'
import { Navigate, useParams } from '@tanstack/react-router'
import { Page } from '../../components/page.tsx'
import { Loaded } from '../../components/states.tsx'
import { api } from '../../lib/api.ts'

export default function CardOfTokenPage() {
  const { cardToken = '' } = useParams({ strict: false }) as { readonly cardToken?: string }
  const query = useQuery({
    queryKey: ['card-of-token', cardToken],
    queryFn: ({ signal }) => api.cards.retrieveByToken(cardToken, { signal }),
  })
  return (
    <Page title="Card">
      <Loaded query={query}>
        {({ partnerId, cardId }) => (
          <Navigate to={'/p/$partnerId/cards/$cardId' as never} params={{ partnerId, cardId } as never} replace />
        )}
      </Loaded>
    </Page>
  )
}
