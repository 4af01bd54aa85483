import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts'
import { type CatalogueTable, citusVersion, distributionStatements, readCatalogue } from './distribute.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})

afterAll(() => database.close())

test('plain PostgreSQL is known by the extension that it has not', async () => {
  expect(await citusVersion(database.pool)).toBeUndefined()
})

describe('of the schema as it is', () => {
  let tables: CatalogueTable[]
  let statements: string[]

  beforeAll(async () => {
    tables = await readCatalogue(database.pool)
    statements = distributionStatements(tables)
  })

  const placeOf = (name: string) => statements.findIndex(statement => statement.includes(`'${name}'`))

  test('every table is placed once', () => {
    expect(tables.length).toBeGreaterThan(50)
    expect(statements).toHaveLength(tables.length)
    expect(tables.filter(({ name }) => statements.filter(each => each.includes(`('${name}'`)).length !== 1)).toEqual([])
  })

  test('tables of the platform and look-ups by a value of their own are references', () => {
    expect(statements.filter(statement => statement.includes('reference'))).toEqual(
      [
        'access_token',
        'card_program',
        'card_token_lookup',
        'data_key',
        'exchange_rate',
        'fee_plan',
        'id_block',
        'keysecure_credential',
        'lease',
        'operator_key',
        'operator_session',
        'pagsmile_app',
        'pan_lookup',
        'pci_client_token',
        'product_clock',
        'program_presentation',
        'scenario',
        'schema_migration',
      ].map(name => `select create_reference_table('${name}')`),
    )
  })

  test('the partner comes before all that is colocated with it', () => {
    const tenants = statements.filter(statement => statement.includes('distributed'))
    expect(tenants[0]).toBe(`select create_distributed_table('partner', 'partner_id', colocate_with => 'none')`)
    expect(tenants.slice(1).every(each => each.endsWith(`'partner_id', colocate_with => 'partner')`))).toBe(true)
    expect(tenants).toContain(`select create_distributed_table('posting', 'partner_id', colocate_with => 'partner')`)
  })

  test('a table comes after those that its foreign keys name', () => {
    const pairs = tables.flatMap(({ name, references }) => references.map(other => ({ name, other })))
    expect(pairs.length).toBeGreaterThan(8)
    expect(pairs.filter(({ name, other }) => placeOf(name) < placeOf(other))).toEqual([])
  })

  test('what is distributed already is left out', () => {
    const rest = distributionStatements(tables, new Set(['partner', 'lease', 'posting']))
    expect(rest).toHaveLength(tables.length - 3)
    expect(rest.join()).not.toContain(`'posting'`)
  })
})

describe('is refused', () => {
  const partner: CatalogueTable = { name: 'partner', leadingKeyColumns: ['partner_id'], references: [] }

  test.each<[string, CatalogueTable[], string]>([
    ['without the partner table', [], 'migrate the database first'],
    [
      'where a unique key of tenant data leads with something else',
      [partner, { name: 'card', leadingKeyColumns: ['partner_id', 'token'], references: [] }],
      'card has a unique key that leads with token',
    ],
    [
      'where a reference table references a distributed one',
      [partner, { name: 'token', leadingKeyColumns: ['token'], references: ['partner'] }],
      'token references partner',
    ],
    [
      'where foreign keys run in a circle',
      [
        partner,
        { name: 'a', leadingKeyColumns: ['partner_id'], references: ['b'] },
        { name: 'b', leadingKeyColumns: ['partner_id'], references: ['a'] },
      ],
      'circle: a,b',
    ],
  ])('%s', (_name, tables, message) => {
    expect(() => distributionStatements(tables)).toThrow(message)
  })
})
