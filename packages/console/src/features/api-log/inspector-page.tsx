import { Tabs } from '@mantine/core'
import { Page } from '../../components/page.tsx'
import { useFilters } from '../../lib/search.ts'
import { EnvelopeForm } from './envelope-form.tsx'
import { SignatureForm } from './signature-form.tsx'

/** Why a message is refused that its door refuses without a reason. */
export default function InspectorPage() {
  const { values, change } = useFilters()
  return (
    <Page
      title="Inspector"
      lead="Partners hear one answer to whatever is wrong with a sealed or signed message. Here is said why. Nothing of it is kept but a line in the audit log."
    >
      <Tabs
        value={values['of'] ?? 'envelope'}
        onChange={of => change({ of: of === 'envelope' ? undefined : (of ?? undefined) })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="envelope">Pagsmile envelope</Tabs.Tab>
          <Tabs.Tab value="signature">KeySecure callback</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="envelope">
          <EnvelopeForm path={values['path'] ?? ''} />
        </Tabs.Panel>
        <Tabs.Panel value="signature">
          <SignatureForm />
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}
