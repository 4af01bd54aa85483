import { useQuery } from '@tanstack/react-query'
import CardLimitForm from '../../components/card-limit-form.tsx'
import { Loaded } from '../../components/states.tsx'
import { api } from '../../lib/api.ts'

type ChangeLimitProps = { readonly partnerId: string; readonly cardId: string; readonly close: () => void }

export default function ChangeLimit({ partnerId, cardId, close }: ChangeLimitProps) {
  const query = useQuery({
    queryKey: ['card', partnerId, cardId, 'limit'],
    queryFn: ({ signal }) => api.cardLimits.retrieve(partnerId, cardId, { signal }),
  })
  return (
    <Loaded query={query}>
      {known => <CardLimitForm partnerId={partnerId} cardId={cardId} known={known} close={close} />}
    </Loaded>
  )
}
