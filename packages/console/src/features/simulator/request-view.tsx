/** The call that a form or a step makes, to be copied: as JSON, or as a line of shell. */

import { SegmentedControl } from '@mantine/core'
import type { SimulationCall } from '@openissuer/sdk/operator.ts'
import { useState } from 'react'
import { JsonView } from '../../components/json-view.tsx'
import type { Body } from './body.ts'
import { curlOf, pathOf } from './curl.ts'
import classes from './simulator.module.css'

export default function RequestView({ call, body }: { readonly call: SimulationCall; readonly body: Body }) {
  const [form, setForm] = useState('json')
  return (
    <div className={classes.fields}>
      <div className={classes.requestHead}>
        <span className="mono">POST {pathOf(call)}</span>
        <SegmentedControl
          size="xs"
          aria-label="Form of the request"
          data={[
            { value: 'json', label: 'JSON' },
            { value: 'curl', label: 'curl' },
          ]}
          value={form}
          onChange={setForm}
        />
      </div>
      <JsonView
        value={form === 'json' ? JSON.stringify(body, null, 2) : curlOf(location.origin, call, body)}
        label="the request"
      />
    </div>
  )
}
