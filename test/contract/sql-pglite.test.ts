import { PGlite } from '@electric-sql/pglite'
import { Kysely, PGliteDialect } from 'kysely'
import { serverSuite } from '../unit/adapters-sql/server-suite.ts'

await serverSuite({
  name: 'PGlite',
  place: {},
  tableName: table => `gcs_${table}`,
  skip: {
    'marks: [1] marks of an open transaction are seen by nobody, and by all after its commit':
      'one connection: a read beside the open transaction waits for it',
  },
  cleanUp: async () => {},
  connect: async () => new Kysely<unknown>({ dialect: new PGliteDialect({ pglite: new PGlite() }) }),
})
