import { Select, TagsInput, Textarea, TextInput } from '@mantine/core'
import type { FeePlan, Presentation, Program } from '@openissuer/sdk/operator.ts'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ReceiptText, SquarePen } from 'lucide-react'
import { useState } from 'react'
import { DialogButton, DialogForm } from '../../components/dialog-form.tsx'
import { Facts } from '../../components/facts.tsx'
import { Section } from '../../components/page.tsx'
import { EmptyState, Loaded } from '../../components/states.tsx'
import { api } from '../../lib/api.ts'
import { partnersQuery } from '../../lib/partner.ts'
import { useMay } from '../../lib/session.ts'
import { useAction } from '../../lib/use-action.ts'

type OfProgram = { readonly program: Program }

/** What its cards cost, and how merchants who choose a program see it. */
export function ProgramFees({ program }: OfProgram) {
  return (
    <>
      <FeesSection program={program} />
      <PresentationSection program={program} />
    </>
  )
}

function FeesSection({ program }: OfProgram) {
  const mayChange = useMay('operator')
  const { data: partners = [] } = useQuery(partnersQuery)
  const [partnerId, setPartnerId] = useState<string | null>(null)
  const query = useQuery({
    queryKey: ['program', program.programId, 'fee-plan', partnerId],
    queryFn: ({ signal }) =>
      api.programs.feePlan(program.programId, partnerId === null ? {} : { partnerId }, { signal }),
  })
  return (
    <Section
      title="Fees"
      lead="What its cards cost besides what is bought with them. A partner may have a plan of its own."
      actions={
        <>
          <Select
            aria-label="For whom"
            size="xs"
            w={190}
            clearable
            clearButtonProps={{ 'aria-label': 'For everybody' }}
            placeholder="For everybody"
            data={partners.map(partner => ({ value: partner.partnerId, label: partner.name }))}
            value={partnerId}
            onChange={setPartnerId}
          />
          <DialogButton label="Assign fee plan" icon={<ReceiptText size={15} />} disabled={!mayChange}>
            {close => <AssignForm program={program} partnerId={partnerId} close={close} />}
          </DialogButton>
        </>
      }
    >
      <Loaded query={query} rows={1}>
        {plan => <CountingPlan plan={plan} />}
      </Loaded>
    </Section>
  )
}

function CountingPlan({ plan }: { readonly plan: FeePlan | null }) {
  if (plan === null) return <EmptyState title="No fee plan">Its cards cost nothing.</EmptyState>
  const { feePlanId, name } = plan
  return (
    <Facts
      facts={[
        {
          term: 'Fee plan that counts',
          value: (
            <Link to={'/fee-plans/$feePlanId' as never} params={{ feePlanId } as never}>
              {name}
            </Link>
          ),
        },
      ]}
    />
  )
}

/** More plans in one currency than this are chosen through the API. */
const PLANS = 200

type AssignProps = OfProgram & { readonly partnerId: string | null; readonly close: () => void }

function AssignForm({ program: { programId, currency }, partnerId: lookedAt, close }: AssignProps) {
  const { data: partners = [] } = useQuery(partnersQuery)
  const plans = useQuery({
    queryKey: ['fee-plans', 'all'],
    queryFn: async ({ signal }) => (await api.feePlans.list({ limit: PLANS }, { signal })).rows,
  })
  const [feePlanId, setFeePlanId] = useState<string | null>(null)
  const [partnerId, setPartnerId] = useState(lookedAt)
  const assign = useAction({
    call: (planId: string) =>
      api.programs.assignFeePlan(programId, { feePlanId: planId, ...(partnerId === null ? {} : { partnerId }) }),
    done: ({ name }) => `The plan ${name} counts from now on`,
    changes: [['program', programId]],
    quiet: true,
  })
  const fitting = (plans.data ?? []).filter(plan => plan.currency === currency)
  return (
    <DialogForm
      submit="Assign"
      close={close}
      ready={feePlanId !== null}
      run={async () => {
        if (feePlanId !== null) await assign.mutateAsync(feePlanId)
      }}
    >
      <Select
        label="Fee plan"
        description={`Plans in ${currency}`}
        placeholder={plans.data !== undefined && fitting.length === 0 ? `There is no plan in ${currency}` : 'Choose'}
        required
        searchable
        data={fitting.map(plan => ({ value: plan.feePlanId, label: plan.name }))}
        value={feePlanId}
        onChange={setFeePlanId}
      />
      <Select
        label="For"
        description="A partner's own plan counts instead of everybody's"
        placeholder="Everybody"
        clearable
        clearButtonProps={{ 'aria-label': 'For everybody' }}
        data={partners.map(partner => ({ value: partner.partnerId, label: partner.name }))}
        value={partnerId}
        onChange={setPartnerId}
      />
    </DialogForm>
  )
}

function PresentationSection({ program }: OfProgram) {
  const mayChange = useMay('operator')
  const query = useQuery({
    queryKey: ['program', program.programId, 'presentation'],
    queryFn: ({ signal }) => api.programs.presentation(program.programId, { signal }),
  })
  return (
    <Section
      title="How merchants see it"
      lead="KeySecure merchants choose a program as a package, with these words."
      actions={
        <DialogButton
          label="Change words"
          icon={<SquarePen size={15} />}
          disabled={!mayChange || query.data === undefined}
        >
          {close => <PresentationForm program={program} before={query.data ?? null} close={close} />}
        </DialogButton>
      }
    >
      <Loaded query={query} rows={2}>
        {shown => <PresentationFacts shown={shown} />}
      </Loaded>
    </Section>
  )
}

function PresentationFacts({ shown }: { readonly shown: Presentation | null }) {
  if (shown === null) return <EmptyState title="No words yet">Merchants see its name alone.</EmptyState>
  return (
    <Facts
      facts={[
        { term: 'Name, Chinese', value: inChinese(shown.nameZh) },
        { term: 'Description, English', value: shown.descriptionEn },
        { term: 'Description, Chinese', value: inChinese(shown.descriptionZh) },
        { term: 'Tags, English', value: shown.tagsEn.join(', ') },
        { term: 'Tags, Chinese', value: inChinese(shown.tagsZh.join(', ')) },
      ]}
    />
  )
}

/** Said to be so, for whoever listens. */
function inChinese(text: string) {
  return text === '' ? null : <span lang="zh">{text}</span>
}

const NO_WORDS: Presentation = { nameZh: '', descriptionEn: '', descriptionZh: '', tagsEn: [], tagsZh: [] }

type PresentationProps = OfProgram & { readonly before: Presentation | null; readonly close: () => void }

function PresentationForm({ program: { programId }, before, close }: PresentationProps) {
  const [shown, setShown] = useState(before ?? NO_WORDS)
  const put = (changes: Partial<Presentation>) => setShown(known => ({ ...known, ...changes }))
  const save = useAction({
    call: () => api.programs.setPresentation(programId, shown),
    done: () => 'Merchants see these words',
    changes: [['program', programId, 'presentation']],
    quiet: true,
  })
  return (
    <DialogForm submit="Change words" close={close} run={() => save.mutateAsync()}>
      <TextInput
        label="Name, Chinese"
        maxLength={500}
        value={shown.nameZh}
        onChange={event => put({ nameZh: event.currentTarget.value })}
        data-autofocus
      />
      <Textarea
        label="Description, English"
        autosize
        maxLength={500}
        value={shown.descriptionEn}
        onChange={event => put({ descriptionEn: event.currentTarget.value })}
      />
      <Textarea
        label="Description, Chinese"
        autosize
        maxLength={500}
        value={shown.descriptionZh}
        onChange={event => put({ descriptionZh: event.currentTarget.value })}
      />
      <TagsInput
        label="Tags, English"
        description="Enter ends each"
        maxTags={20}
        value={[...shown.tagsEn]}
        onChange={tagsEn => put({ tagsEn })}
      />
      <TagsInput
        label="Tags, Chinese"
        description="Enter ends each"
        maxTags={20}
        value={[...shown.tagsZh]}
        onChange={tagsZh => put({ tagsZh })}
      />
    </DialogForm>
  )
}
