import { parseArgs } from 'node:util'

export interface DemoOptions {
  /** The file to import; the demo's own when absent. */
  readonly appointments: string | undefined
  /** Without limits per minute, at the fake and in the library. */
  readonly noQuota: boolean
  readonly seed: number
  /** End after the checks, instead of staying up. */
  readonly exit: boolean
  readonly help: boolean
}

export const USAGE = `Usage: npm run demo -- [options]
  --appointments FILE  import this .csv or .ics instead of the demo's own file
  --no-quota           lift the limits per minute, for big files
  --seed N             of the edits and the faults; default 1
  --exit               end after the checks; without it the clinic stays up, in a browser, until Ctrl-C
  --help               this text

The status is 0 when every appointment stands in the calendars as it should and nothing leaked, 1 when
something is off, 2 when an option or the file cannot be used. It is the same after Ctrl-C.`

/** A mistake of whoever started the demo: told without a stack, status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export function readOptions(args: readonly string[]): DemoOptions {
  const { values } = parse(args)
  const seed = Number(values.seed)
  if (!/^\d{1,9}$/.test(values.seed))
    throw new UsageError(`--seed must be a whole number, not "${values.seed}"`)
  if (values.appointments === '') throw new UsageError('--appointments needs the name of a file')
  return {
    appointments: values.appointments,
    noQuota: values['no-quota'],
    seed,
    exit: values.exit,
    help: values.help,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        appointments: { type: 'string' },
        'no-quota': { type: 'boolean', default: false },
        seed: { type: 'string', default: '1' },
        exit: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}
