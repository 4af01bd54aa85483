/** A process that starts the database of the folder given as argument and holds it, for tests that kill the process. */

import { startEmbeddedPostgres } from './embedded-postgres.ts'

const [dataFolder = ''] = process.argv.slice(2)
const database = await startEmbeddedPostgres({ dataFolder, database: 'openissuer', log: () => {} })
process.stdout.write(`${JSON.stringify(database.connection)}\n`)
