import { ConfigError } from '../../errors.ts'
import type { DialectName } from './dialect.ts'

/** Where the tables lie. */
export interface SqlPlace {
  /** Starts the name of every table. Default `gcs_`. */
  readonly tablePrefix?: string | undefined
  /** A schema of its own for the tables; Postgres and PGlite. */
  readonly schema?: string | undefined
}

export const DEFAULT_PREFIX = 'gcs_'

const NAME = /^[a-z_][a-z0-9_]{0,29}$/

export function placeIssues(
  caller: string,
  { tablePrefix = DEFAULT_PREFIX, schema }: SqlPlace,
  dialect: DialectName | undefined,
): string[] {
  return [
    ...(NAME.test(tablePrefix)
      ? []
      : [`\`tablePrefix\` of ${caller}: lower case letters, digits and _, at most 30.`]),
    ...(schema === undefined || NAME.test(schema)
      ? []
      : [`\`schema\` of ${caller}: lower case letters, digits and _.`]),
    ...(schema !== undefined && dialect !== undefined && dialect !== 'postgres'
      ? [`\`schema\` of ${caller} is for Postgres; use \`tablePrefix\`.`]
      : []),
  ]
}

export function refuse(issues: readonly string[]): void {
  if (issues.length > 0) throw new ConfigError(issues)
}
