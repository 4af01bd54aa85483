import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ShieldCheck } from 'lucide-react'
import { Page, Section } from '../../components/page.tsx'
import { Loaded } from '../../components/states.tsx'
import { api } from '../../lib/api.ts'
import { useMay } from '../../lib/session.ts'
import { useAction } from '../../lib/use-action.ts'
import { LedgerTabs } from './ledger-tabs.tsx'
import { Proof } from './proof.tsx'
import { TrialBalance } from './trial-balance.tsx'

const RUNNING_POLL_MS = 2_000

export default function LedgerPage() {
  const verification = useQuery({
    queryKey: ['ledger-verification'],
    queryFn: ({ signal }) => api.ledger.verification({ signal }),
    // one that takes long goes on after its answer
    refetchInterval: ({ state }) => (state.data?.runningSince == null ? false : RUNNING_POLL_MS),
  })
  return (
    <Page title="Ledger" lead="Every movement of money is two postings: what one account gives, another takes.">
      <LedgerTabs />
      <Section title="Proof of the books" actions={<VerifyButton running={verification.data?.runningSince != null} />}>
        <Loaded query={verification} rows={1}>
          {standing => <Proof standing={standing} />}
        </Loaded>
      </Section>
      <TrialBalance />
    </Page>
  )
}

function VerifyButton({ running }: { readonly running: boolean }) {
  const may = useMay('operator')
  const verify = useAction({ call: () => api.ledger.verify(), changes: [['ledger-verification']] })
  return (
    <Button
      variant="default"
      leftSection={<ShieldCheck size={16} />}
      loading={verify.isPending || running}
      disabled={!may}
      onClick={() => verify.mutate()}
    >
      Verify now
    </Button>
  )
}
