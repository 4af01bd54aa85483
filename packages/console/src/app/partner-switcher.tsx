import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useRouterState } from '@tanstack/react-router'
import { partnersQuery, rememberPartner, useCurrentPartnerId } from '../lib/partner.ts'

/** Whose things are looked at. On a partner's page the same page of another partner follows, without the filters. */
export function PartnerSwitcher() {
  const { data: partners = [] } = useQuery(partnersQuery)
  const current = useCurrentPartnerId()
  const onPartnersPage = 'partnerId' in useParams({ strict: false })
  const path = useRouterState({ select: state => state.location.pathname })
  const navigate = useNavigate()
  if (partners.length === 0) return null
  const choose = (partnerId: string | null) => {
    if (partnerId === null) return
    rememberPartner(partnerId)
    // a thing's own page has no counterpart; its list has
    const list = /\/p\/[^/]+\/([^/]+)/.exec(path)?.[1]
    void navigate({
      to: (onPartnersPage && list !== undefined ? `/p/${partnerId}/${list}` : '/partners/$partnerId') as never,
      params: { partnerId } as never,
    })
  }
  return (
    <Select
      aria-label="Partner"
      size="xs"
      maw={260}
      searchable={partners.length > 8}
      allowDeselect={false}
      data={partners.map(({ partnerId, name }) => ({ value: partnerId, label: name }))}
      value={current ?? null}
      onChange={choose}
    />
  )
}
