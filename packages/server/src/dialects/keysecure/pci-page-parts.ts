/** What the hosted card page is made of. */
import type { Language } from './dictionary.ts'

const LABELS: Readonly<Record<Language, readonly [number: string, expiry: string, code: string]>> = {
  en_US: ['Card number', 'Expires', 'Security code'],
  zh_CN: ['卡号', '有效期', '安全码'],
}

export type PageParts = {
  /** what inline parts carry so that the browser takes them */
  readonly inline: string
  readonly language: Language
  readonly settings: object
  readonly style: string
  readonly script: string
}

export function pageText({ inline, language, settings, style, script }: PageParts): string {
  const [number, expiry, code] = LABELS[language]
  return `<!doctype html>
<html lang="${language.slice(0, 2)}">
<meta charset="utf-8">
<title>${number}</title>
<style nonce="${inline}">${style}</style>
<dl aria-live="polite">
<dt>${number}<dd id="pan">
<dt>${expiry}<dd id="expiry">
<dt>${code}<dd id="cvv">
</dl>
<p id="problem" role="alert"></p>
<script nonce="${inline}" type="application/json" id="settings">${scriptSafe(settings)}</script>
<script nonce="${inline}">${script}</script>
</html>
`
}

/** JSON that cannot end the script element it stands in. */
function scriptSafe(value: object): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c')
}

export const STYLE = `body{font:16px/1.4 system-ui,sans-serif;margin:1rem}dt{color:#555;font-size:.8rem}
dd{margin:0 0 .6rem;font-variant-numeric:tabular-nums}#problem{color:#a00}`

/** Fetches the card, shows it, and tells the parent page only whether that worked. */
export const SCRIPT = `(async () => {
  const { token, nonce, parentOrigin, language } = JSON.parse(document.getElementById('settings').textContent)
  const show = (id, text) => { document.getElementById(id).textContent = text }
  let code = 1001
  try {
    const answer = await fetch('/pci/card/data', {
      method: 'POST',
      headers: { 'content-type': 'application/json', language },
      body: JSON.stringify({ token, nonce }),
    })
    const { code: said, msg, data } = await answer.json()
    code = said
    if (code === 0) {
      show('pan', data.pan.replace(/(.{4})(?=.)/g, '$1 '))
      show('expiry', data.exp_month + '/' + data.exp_year)
      show('cvv', data.cvv)
    } else show('problem', code + ' ' + msg)
  } catch {
    show('problem', String(code))
  }
  parent.postMessage({ source: 'openissuer-pci', code }, parentOrigin)
})()`
