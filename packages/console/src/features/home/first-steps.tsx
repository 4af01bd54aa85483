import { Link } from '@tanstack/react-router'
import { ArrowRight } from 'lucide-react'
import { CopyText } from '../../components/copy-button.tsx'
import { Section } from '../../components/page.tsx'
import { useCurrentPartnerId } from '../../lib/partner.ts'
import classes from './home.module.css'

/** What is to be done before there is anything to see. */
export function FirstSteps({ mode }: { readonly mode: 'sandbox' | 'live' }) {
  const partnerId = useCurrentPartnerId()
  return (
    <Section title="First steps" lead="Nothing was decided in the last 15 minutes. This is how traffic begins.">
      <ol className={classes.steps}>
        <li>
          <p>A partner calls the platform with keys of its own.</p>
          <Step to="/partners" label="Partners" />
        </li>
        <li>
          <p>Its cardholders get cards, and the cards money or a limit.</p>
          {partnerId === undefined ? null : <Step to="/p/$partnerId/cards" partnerId={partnerId} label="Cards" />}
        </li>
        <li>
          {mode === 'sandbox' ? (
            <>
              <p>The card network asks for a decision. In a sandbox you play its part, here or on the command line:</p>
              {partnerId === undefined ? null : (
                <Step to="/p/$partnerId/simulator" partnerId={partnerId} label="Simulator" />
              )}
              <CopyText value="npx openissuer seed" label="the command" />
            </>
          ) : (
            <p>The card network asks for a decision, and everything that it hears appears on this page.</p>
          )}
        </li>
      </ol>
    </Section>
  )
}

function Step({ to, label, partnerId }: { readonly to: string; readonly label: string; readonly partnerId?: string }) {
  return (
    <Link to={to as never} params={{ partnerId } as never} className={classes.step}>
      {label} <ArrowRight size={14} aria-hidden />
    </Link>
  )
}
