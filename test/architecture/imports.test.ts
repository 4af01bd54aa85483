/**
 * Which way imports point: the table of docs/ARCHITECTURE.md, held over the import graph.
 */
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')
const CORE = 'packages/core/src'
const SERVER = 'packages/server/src'
const SDK = 'packages/sdk/src'
const CONSOLE = 'packages/console/src'

/** Each part of the product and what it may import besides itself. `packages` says whether npm and Node modules may be used. */
const PARTS: readonly { path: string; may: readonly string[]; packages: boolean }[] = [
  { path: CORE, may: [], packages: false },
  { path: `${SERVER}/app`, may: [CORE], packages: false },
  { path: `${SERVER}/http`, may: [CORE, `${SERVER}/app`], packages: true },
  { path: `${SERVER}/dialects/pagsmile`, may: [CORE, `${SERVER}/app`, `${SERVER}/http`], packages: true },
  { path: `${SERVER}/dialects/keysecure`, may: [CORE, `${SERVER}/app`, `${SERVER}/http`], packages: true },
  { path: `${SERVER}/operator`, may: [CORE, `${SERVER}/app`, `${SERVER}/http`], packages: true },
  { path: `${SERVER}/storage/embedded`, may: [], packages: true },
  {
    path: `${SERVER}/storage`,
    // the engine names what it needs of storage beside itself
    may: [
      CORE,
      `${SERVER}/app/ports.ts`,
      `${SERVER}/app/list-ports.ts`,
      `${SERVER}/app/due-ports.ts`,
      `${SERVER}/app/webhook-ports.ts`,
      `${SERVER}/app/engine`,
      `${SERVER}/storage/embedded`,
    ],
    packages: true,
  },
  {
    path: `${SERVER}/webhooks`,
    may: [CORE, `${SERVER}/app/ports.ts`, `${SERVER}/app/webhook-ports.ts`],
    packages: true,
  },
  { path: `${SERVER}/vault`, may: [CORE, `${SERVER}/app/ports.ts`, `${SERVER}/config.ts`], packages: true },
  { path: `${SERVER}/kyc`, may: [CORE, `${SERVER}/app/ports.ts`], packages: true },
  { path: SDK, may: [], packages: true },
  // the console: features know what all share, and nothing of one another; the routes put them together
  { path: `${CONSOLE}/lib`, may: [SDK], packages: true },
  { path: `${CONSOLE}/components`, may: [`${CONSOLE}/lib`, SDK], packages: true },
  { path: `${CONSOLE}/features`, may: [`${CONSOLE}/components`, `${CONSOLE}/lib`, SDK], packages: true },
  {
    path: `${CONSOLE}/app`,
    may: [`${CONSOLE}/components`, `${CONSOLE}/lib`, `${CONSOLE}/features`, SDK],
    packages: true,
  },
  { path: 'packages/console', may: [`${CONSOLE}/app`, `${CONSOLE}/lib`], packages: true },
  // the program: puts server and client together
  { path: 'packages/cli', may: [CORE, SERVER, SDK], packages: true },
  { path: 'demo', may: [], packages: true },
]

/** The composition root may import everything. */
const COMPOSITION = new Set(
  [
    'open-target.ts',
    'start.ts',
    'first-start.ts',
    'make-console.ts',
    'ledger-watch.ts',
    'platform.ts',
    'references.ts',
    'write-references.ts',
    'config.ts',
    'random.ts',
    'clock.ts',
  ].map(file => `${SERVER}/${file}`),
)

type Import = { readonly from: string; readonly to: string; readonly external: boolean }

async function sourceFiles(): Promise<string[]> {
  const entries = await Promise.all(
    ['packages', 'demo'].map(folder => readdir(join(ROOT, folder), { recursive: true, withFileTypes: true })),
  )
  return entries
    .flat()
    .filter(entry => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map(entry => relative(ROOT, join(entry.parentPath, entry.name)))

    .filter(file => !/node_modules|\/dist\//.test(file) && !/\.(test|fixture)\.tsx?$/.test(file))
}

const IMPORT =
  /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm

async function importsOf(file: string): Promise<Import[]> {
  const source = await readFile(join(ROOT, file), 'utf8')
  return [...source.matchAll(IMPORT)].map(match => {
    const specifier = match[1] ?? match[2] ?? match[3] ?? ''
    if (specifier.startsWith('.')) {
      return { from: file, to: relative(ROOT, resolve(ROOT, dirname(file), specifier)), external: false }
    }
    const own = /^@openissuer\/([a-z]+)\/(.*)$/.exec(specifier)
    if (own !== null) return { from: file, to: `packages/${own[1]}/src/${own[2]}`, external: false }
    return { from: file, to: specifier, external: true }
  })
}

function isWithin(file: string, path: string): boolean {
  return file === path || file.startsWith(`${path}/`)
}

/** The innermost part that holds a file. */
function partOf(file: string) {
  return PARTS.filter(part => isWithin(file, part.path)).toSorted((a, b) => b.path.length - a.path.length)[0]
}

test('every source file belongs to a part of the table', async () => {
  const files = await sourceFiles()
  expect(files.length).toBeGreaterThan(60)
  expect(files.filter(file => partOf(file) === undefined && !COMPOSITION.has(file))).toEqual([])
})

test('imports point the way the table says', async () => {
  const imports = (await Promise.all((await sourceFiles()).map(importsOf))).flat()
  expect(imports.length).toBeGreaterThan(200)
  const wrong = imports.filter(({ from, to, external }) => {
    const part = partOf(from)
    if (part === undefined) return false
    if (external) return !part.packages
    const target = partOf(to)
    return target !== part && !part.may.some(path => isWithin(to, path))
  })
  expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([])
})

test.each([SERVER, 'packages/cli/src'])('%s imports nothing but its declared dependencies and Node', async part => {
  const manifest = JSON.parse(await readFile(join(ROOT, part, '../package.json'), 'utf8')) as {
    dependencies: Record<string, string>
    optionalDependencies?: Record<string, string>
  }
  const declared = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.optionalDependencies ?? {})]
  const imports = (await Promise.all((await sourceFiles()).filter(file => isWithin(file, part)).map(importsOf))).flat()
  const undeclared = imports.filter(
    ({ to, external }) =>
      external && !to.startsWith('node:') && !declared.some(name => to === name || to.startsWith(`${name}/`)),
  )
  expect(undeclared.map(({ from, to }) => `${from} imports ${to}`)).toEqual([])
})

test('features of the console do not know one another', async () => {
  const features = `${CONSOLE}/features/`
  const featureOf = (file: string) =>
    file.startsWith(features) ? file.slice(features.length).split('/')[0] : undefined
  const files = (await sourceFiles()).filter(file => featureOf(file) !== undefined)
  expect(files.length).toBeGreaterThan(0)
  const crossing = (await Promise.all(files.map(importsOf)))
    .flat()
    .filter(({ from, to }) => featureOf(to) !== undefined && featureOf(to) !== featureOf(from))
  expect(crossing.map(({ from, to }) => `${from} imports ${to}`)).toEqual([])
})

test('nothing in the product points outside of it', async () => {
  const outside = (await Promise.all((await sourceFiles()).map(importsOf)))
    .flat()
    .filter(({ to, external }) => !external && to.startsWith('..'))
  expect(outside).toEqual([])
})
