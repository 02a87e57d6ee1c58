import { type DialectName, dialects } from './dialect.ts'
import { beginning, type MigrationScope, migrations } from './migrations.ts'
import { DEFAULT_PREFIX, placeIssues, refuse, type SqlPlace } from './place.ts'
import { tableNames } from './tables.ts'

export interface MigrationSqlOptions extends SqlPlace {
  /** The version the tables are at, as `select version` from the schema table or the error says. Default 0: none. */
  readonly from?: number | undefined
}

/**
 * The SQL that `migrate()` would run, for hosts that run their own migrations: statements, each ended by `;` and a new
 * line. Run it once, as a whole. Answers a comment alone when the tables are at this release's version. Throws
 * ConfigError.
 */
export function migrationSql(dialect: DialectName, options: MigrationSqlOptions = {}): string {
  const { tablePrefix: prefix = DEFAULT_PREFIX, schema, from = 0 } = options
  const to = migrations.length
  refuse([
    ...(Object.hasOwn(dialects, dialect) ? [] : ['The dialect of migrationSql: sqlite, postgres or mysql.']),
    ...placeIssues('migrationSql', options, dialect),
    ...(Number.isInteger(from) && from >= 0 && from <= to
      ? []
      : [`\`from\` of migrationSql: the version of the tables, 0 to ${to}.`]),
  ])
  const names = tableNames(prefix, schema)
  const scope: MigrationScope = { dialect: dialects[dialect], names, prefix }
  const version =
    from === 0
      ? `insert into ${names.schema} (id, version) values (1, ${to})`
      : `update ${names.schema} set version = ${to} where id = 1`
  const statements =
    from === to
      ? []
      : [
          ...(from === 0 ? beginning(scope, schema) : []),
          ...migrations.slice(from).flatMap(step => step(scope)),
          version,
        ]
  const lines = statements.map(statement => `${statement.trim()};\n`)
  return [`-- google-calendar-sync: tables from version ${from} to ${to}\n`, ...lines].join('')
}
