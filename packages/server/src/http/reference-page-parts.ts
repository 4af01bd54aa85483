/** What the pages of the references are made of. */
import type { ReferenceName } from './reference-files.ts'

const TITLES: Readonly<Record<ReferenceName, readonly [title: string, about: string]>> = {
  pagsmile: ['Pagsmile Issuing Card API', 'Cards, cardholders, limits and money in an encrypted envelope.'],
  keysecure: ['KeySecure Open Platform', 'Cards, cardholders and consumptions under an API key.'],
  operator: ['Operator API', 'For the people who run the platform, and for tests that play the card network.'],
}

export function indexPage(): string {
  const items = Object.entries(TITLES).map(
    ([name, [title, about]]) => `<li><a href="/docs/${name}">${title}</a>
<p>${about} <a href="/docs/openapi/${name}.json">OpenAPI 3.1</a></p>`,
  )
  return page(
    'OpenIssuer references',
    `<main>
<h1>OpenIssuer</h1>
<p>One issuer behind three interfaces. Each has a reference.</p>
<ul>
${items.join('\n')}
</ul>
</main>`,
  )
}

export function referencePage(name: ReferenceName): string {
  const [title] = TITLES[name]
  return page(
    `${title} – OpenIssuer`,
    `<header><a href="/docs">OpenIssuer</a> <span>${title}</span></header>
<div id="reference" data-document="/docs/openapi/${name}.json"></div>
<script src="/docs/scalar.js"></script>
<script src="/docs/start.js"></script>`,
  )
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/page.css">
</head>
<body>
${body}
</body>
</html>
`
}

export const PAGE_STYLE = `:root{color-scheme:light dark;--scalar-custom-header-height:44px}
body{margin:0;font:16px/1.5 system-ui,sans-serif}
body>main{max-width:40rem;margin:0 auto;padding:2rem 1.25rem}
body>main>h1{font-size:1.6rem;margin:0 0 .5rem}
body>main>ul{list-style:none;padding:0;margin:1.5rem 0}
body>main li{border:1px solid color-mix(in srgb,currentColor 20%,transparent);border-radius:8px;padding:1rem 1.25rem;margin:0 0 1rem}
body>main li>a{font-weight:600;font-size:1.1rem}
body>main li p{margin:.35rem 0 0}
body>header{position:sticky;top:0;z-index:10;box-sizing:border-box;height:44px;padding:0 1.25rem;display:flex;gap:.75rem;align-items:center;
background:Canvas;color:CanvasText;border-bottom:1px solid color-mix(in srgb,currentColor 15%,transparent);white-space:nowrap;overflow:hidden}
body>header>a{font-weight:600;color:inherit;text-decoration:none}
body>header>span{opacity:.7;overflow:hidden;text-overflow:ellipsis}
`

/** Nothing is asked of another origin: no fonts, no proxy, no assistant, no telemetry. */
export const START_SCRIPT = `Scalar.createApiReference('#reference', {
  url: document.getElementById('reference').dataset.document,
  withDefaultFonts: false,
  telemetry: false,
  showDeveloperTools: 'never',
  agent: { disabled: true, hideAddApi: true },
  mcp: { disabled: true },
  hideClientButton: true,
  hideTestRequestButton: true,
  persistAuth: false,
  defaultOpenFirstTag: true,
})
`
