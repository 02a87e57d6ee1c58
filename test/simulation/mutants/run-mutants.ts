import type { Mutant } from './mutant.ts'

/** Mistakes in who works on what, when, and what is forgotten afterwards. */
export const RUN_MUTANTS: readonly Mutant[] = [
  {
    name: 'only-the-new-owner',
    origin: 'ENGINE A3: a re-assigned event stays with the old owner; 65.7 %',
    workload: 'churn',
    seed: 1,
    edits: [
      {
        file: 'sync/run.ts',
        find: 'const everyone = new Set([...links.map(link => link.account.userId), ...named])',
        replace:
          'const everyone = new Set(source.kind === "present" ? named : links.map(link => link.account.userId))',
      },
    ],
  },
  {
    name: 'marks-cleared-unconditionally',
    origin: 'common: dirty flag cleared whatever came meanwhile; 0.64 % in the prototype',
    workload: 'hot',
    seed: 11,
    edits: [
      {
        file: 'sync/run.ts',
        find: 'const deleteMarks = scope.answered.map(mark => mark.id)',
        replace:
          'const deleteMarks = (await this.#engine.deps.state.marks.ofRef(this.#claim.ref)).map(mark => mark.id)',
      },
    ],
  },
  {
    name: 'marks-cleared-when-the-run-failed',
    origin: 'common: a failed run acknowledges its job',
    workload: 'quota',
    seed: 4,
    edits: [
      {
        file: 'sync/run.ts',
        find: 'const addMarks = result.left.map(({ userId, follow }) => this.#markFor(scope, userId, follow))',
        replace:
          'const addMarks = result.left.slice(99).map(({ userId, follow }) => this.#markFor(scope, userId, follow))',
      },
    ],
  },
  {
    name: 'read-before-the-claim',
    origin: 'ENGINE A4: only then it reads the appointment',
    workload: 'hot',
    seed: 101,
    edits: [
      {
        file: 'sync/run.ts',
        find: '    let retries = 0\n',
        replace:
          '    let retries = 0\n    const early = await this.#read()\n    this.#read = async () => early\n',
      },
      {
        file: 'sync/run.ts',
        find: '  async #read(): Promise<Truth | Follow> {',
        replace: '  #read = async (): Promise<Truth | Follow> => {',
      },
    ],
  },
  {
    name: 'fence-not-checked',
    origin: 'ENGINE A4: compare-and-set on links alone; 0.035 % orphans',
    workload: 'zombie',
    seed: 336,
    edits: [
      {
        file: 'adapters/memory/links.ts',
        find: "if (!turns.held(claim)) return { ok: false, reason: 'fence' }",
        replace: "if (!turns) return { ok: false, reason: 'fence' }",
      },
    ],
  },
  {
    name: 'link-version-not-checked',
    origin: 'bookkeeping without compare-and-set; 0.015 % in the prototype',
    workload: 'zombie',
    equivalent:
      'only the run that holds the fence writes the links of its ref, one after the other, and whoever rewrites them all has raised the epoch before; the version is the second belt',
    edits: [
      {
        file: 'adapters/memory/links.ts',
        find: "return version === condition.expectedVersion ? undefined : { ok: false, reason: 'version' }",
        replace: 'return version === -1 ? { ok: false, reason: "version" } : undefined',
      },
    ],
  },
  {
    name: 'fence-and-version-not-checked',
    origin: 'last writer wins',
    workload: 'zombie',
    seed: 336,
    edits: [
      {
        file: 'adapters/memory/links.ts',
        find: "if (!turns.held(claim)) return { ok: false, reason: 'fence' }",
        replace: "if (!turns) return { ok: false, reason: 'fence' }",
      },
      {
        file: 'adapters/memory/links.ts',
        find: "return version === condition.expectedVersion ? undefined : { ok: false, reason: 'version' }",
        replace: 'return version === -1 ? { ok: false, reason: "version" } : undefined',
      },
    ],
  },
  {
    name: 'mail-on-every-try',
    origin: 'ENGINE B9: a retry mails the client again',
    workload: 'privacy',
    seed: 145,
    edits: [
      {
        file: 'sync/plan.ts',
        find: 'const mail = wanted.mail && !mailedFor(link, wanted.version)',
        replace: 'const mail = wanted.mail && (!mailedFor(link, wanted.version) || true)',
      },
    ],
  },
  {
    name: 'mail-forgotten-with-its-intent',
    origin: 'found here: privacy 202484: a mail that went out unheard was sent again after five minutes',
    workload: 'privacy',
    seed: 202484,
    edits: [
      {
        file: 'sync/observe.ts',
        find: 'return told ? told.appVersion : mailedVersion',
        replace: 'return told && !told ? told.appVersion : mailedVersion',
      },
    ],
  },
  {
    name: 'retry-of-a-blocked-account-forgotten',
    origin:
      'found here: ties 144516: a retry asked for while the account cannot be written went with its mark',
    workload: 'ties',
    seed: 144516,
    edits: [
      {
        file: 'sync/link-marks.ts',
        find: 'const unparks = isRetry && link.problem?.parked !== undefined',
        replace: 'const unparks = !isRetry && isRetry',
      },
    ],
  },
  {
    name: 'budget-off',
    origin: 'common: no limiter',
    workload: 'quota',
    seed: 28,
    edits: [
      {
        file: 'google/limiter.ts',
        find: "this.#counts = options.quota !== 'off'",
        replace: 'this.#counts = false',
      },
    ],
  },
  {
    name: 'patch-costs-one-unit',
    origin: 'quota counted in requests, not in units',
    workload: 'quota',
    seed: 28,
    edits: [
      {
        file: 'google/calendar-api.ts',
        find: 'export const PATCH_UNITS = 3',
        replace: 'export const PATCH_UNITS = 1',
      },
    ],
  },
  {
    name: 'guard-never-trips',
    origin: "vdirsyncer's StorageEmpty, missing",
    workload: 'untold',
    seed: 1690,
    edits: [
      {
        file: 'sync/guard.ts',
        find: 'return before >= GUARD_ALL_FROM_LINKS && found.removals - others >= live',
        replace: 'return before >= GUARD_ALL_FROM_LINKS && found.removals > 9e9',
      },
    ],
  },
  {
    name: 'guard-after-the-deed',
    origin: 'counting while removing',
    workload: 'untold',
    seed: 1690,
    edits: [
      {
        file: 'sync/pass/guarded-findings.ts',
        find: '  await countFindings(pass, findings, leaving)\n  for',
        replace: '  for',
      },
    ],
  },
  {
    name: 'event-in-the-making-stays',
    origin: 'found here: untold 1519707: the guard counts what is just being made among what stays',
    workload: 'untold',
    seed: 1519707,
    edits: [
      {
        file: 'sync/pass/examine.ts',
        find: "current.event === 'live' || (current.event === 'none' && current.intents.length > 0)",
        replace: "current.event === 'live'",
      },
    ],
  },
  {
    name: 'repair-trusts-the-list',
    origin: 'an event missing from the list is taken for fine',
    workload: 'hands',
    seed: 15,
    edits: [
      {
        file: 'sync/pass/examine.ts',
        find: "if (shown === 'missing') return 'verify'",
        replace: "if (shown === 'missing') return 'fine'",
      },
    ],
  },
  {
    name: 'repair-ignores-etags',
    origin: "a person's edit is never found",
    workload: 'hands',
    seed: 11,
    edits: [
      {
        file: 'sync/pass/examine.ts',
        find: "if (typeof shown === 'object' && shown.etag !== current.etag) return 'verify'",
        replace: '',
      },
    ],
  },
  {
    name: 'missing-refs-ignored',
    origin: 'ENGINE G: deletions that `changes` does not list are never found',
    workload: 'untold',
    seed: 2,
    edits: [
      {
        file: 'sync/pass/repair.ts',
        find: 'link => !listing.isAccountedFor(link.eventId) && !seen.has(link.ref.appointmentId),',
        replace: 'link => seen.size < 0 && !listing.isAccountedFor(link.eventId),',
      },
    ],
  },
]
