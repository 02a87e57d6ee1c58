import type { Mutant } from './mutant.ts'

/** Mistakes with accounts: settings, tokens, targets, tenants, what may leave. */
export const TIE_MUTANTS: readonly Mutant[] = [
  {
    name: 'epoch-not-checked',
    origin: 'a run of before the disconnect writes after it (ENGINE D4)',
    workload: 'farewell',
    seed: 86,
    edits: [
      {
        file: 'adapters/memory/links.ts',
        find: "if (connection?.epoch !== condition.epoch) return { ok: false, reason: 'epoch' }",
        replace: "if (connection === undefined) return { ok: false, reason: 'epoch' }",
      },
    ],
  },
  {
    name: 'disconnect-keeps-the-epoch',
    origin: 'ENGINE D4: epoch + 1, so that no new intent commits',
    workload: 'farewell',
    seed: 86,
    edits: [
      {
        file: 'sync/disconnect/begin.ts',
        find: '      bump: { epoch: true },\n',
        replace: '',
      },
    ],
  },
  {
    name: 'settings-version-not-checked',
    origin: 'a write goes out under settings that were switched off (ENGINE D5)',
    workload: 'privacy',
    seed: 144,
    edits: [
      {
        file: 'adapters/memory/links.ts',
        find: 'if (settingsVersion !== undefined && settingsVersion !== connection.settingsVersion) {',
        replace: 'if (settingsVersion !== undefined && settingsVersion > connection.settingsVersion) {',
      },
    ],
  },
  {
    name: 'no-re-scrub',
    origin: 'a switch that is turned off leaves what it had shown',
    workload: 'privacy',
    seed: 15,
    edits: [
      {
        file: 'sync/account-work.ts',
        find: 'if (repairIsDue || staleIsDue) await refreshStale(pass)',
        replace: '',
      },
    ],
  },
  {
    name: 'notes-always-sent',
    origin: 'no privacy gate',
    workload: 'uniform',
    seed: 1,
    edits: [
      {
        file: 'mapping/privacy.ts',
        find: "...(notes !== '' && notesAllowed && { notes })",
        replace: "...(notes !== '' && { notes })",
      },
    ],
  },
  {
    name: 'notes-to-guests',
    origin: 'found here: each switch judged by itself, while guests read the description of their event',
    workload: 'privacy',
    seed: 3,
    edits: [
      {
        file: 'mapping/privacy.ts',
        find: 'settings.includeNotes && !guestsAllowed',
        replace: 'settings.includeNotes',
      },
    ],
  },
  {
    name: 'guests-without-the-setting',
    origin: 'invitations to everybody who agreed, whatever the account says',
    workload: 'uniform',
    seed: 2,
    edits: [
      {
        file: 'mapping/privacy.ts',
        find: 'settings.notifyClients && appointment.client?.mayBeInvited === true',
        replace: 'appointment.client?.mayBeInvited === true',
      },
    ],
  },
  {
    name: 'contents-in-the-books',
    origin: 'the title is kept with the link',
    workload: 'uniform',
    seed: 1,
    edits: [
      {
        file: 'sync/outcome.ts',
        find: 'appVersion: intent.appVersion,\n    mailedVersion',
        replace: 'appVersion: event?.summary,\n    mailedVersion',
      },
    ],
  },
  {
    name: 'event-id-without-the-account',
    origin: 'two workspaces of one Google account share their events (ENGINE B4)',
    workload: 'ties',
    seed: 7,
    edits: [
      {
        file: 'mapping/event-id.ts',
        find: "  const digest = hash('hex', 'event-id', [\n    account.workspaceId,\n    account.userId,\n    target,\n    ref.workspaceId,",
        replace: "  const digest = hash('hex', 'event-id', [\n    target,\n    account.userId.slice(9),",
      },
    ],
  },
  {
    name: 'old-target-forgotten',
    origin: 'ENGINE D3: the events of the calendar that was left stay there',
    workload: 'ties',
    seed: 4,
    edits: [
      {
        file: 'sync/user-round.ts',
        find: '.filter(link => link.target !== target.key)',
        replace: '.filter(link => link.target === "none")',
      },
    ],
  },
  {
    name: 'refreshes-not-shared',
    origin: 'ENGINE D6: each run refreshes for itself',
    workload: 'uniform',
    seed: 56,
    edits: [
      { file: 'oauth/flights.ts', find: 'if (running !== undefined) return running', replace: '' },
      {
        file: 'adapters/memory/leases.ts',
        find: 'if (lease && lease.holder !== holder && lease.until > now) return false',
        replace: 'if (lease && lease.until === -1) return false',
      },
    ],
  },
  {
    name: 'due-time-taken-away',
    origin: 'found here: ties 1011',
    workload: 'ties',
    seed: 157,
    edits: [
      {
        file: 'sync/account-work.ts',
        find: 'return goesOnByItself(connection)',
        replace: 'return goesOnByItself(connection) && now < 0',
      },
    ],
  },
  {
    name: 'lost-calendar-chosen-again',
    origin: 'found here: ties 508851',
    workload: 'ties',
    seed: 139,
    edits: [
      {
        file: 'oauth/complete-connection.ts',
        find: 'same && !hasLostCalendar(before)',
        replace: 'same',
      },
    ],
  },
  {
    name: 'out-of-reach-taken-for-gone',
    origin: 'ENGINE D3: a 404 that means a missing scope is taken for an empty calendar',
    workload: 'ties',
    seed: 18,
    edits: [
      {
        file: 'sync/push.ts',
        find: "answer.kind === 'not-found' && canBeGone(target)",
        replace: "answer.kind === 'not-found'",
      },
    ],
  },
  {
    name: 'out-of-reach-taken-for-removed',
    origin: 'found here: ties 627396: a disconnect says that it removed what its grant does not reach',
    workload: 'ties',
    seed: 627396,
    edits: [
      {
        file: 'sync/disconnect/remove-events.ts',
        find: "return canBeGone(target) ? 'empty' : 'left'",
        replace: "return 'empty'",
      },
    ],
  },
  {
    name: 'calendar-never-made-probed',
    origin: 'found here: ties 508851',
    workload: 'ties',
    seed: 508851,
    edits: [
      {
        file: 'sync/recover.ts',
        find: "target === undefined || target.calendarId === ''",
        replace: 'target === undefined',
      },
    ],
  },
  {
    name: 'cannot-remove-again-and-again',
    origin: 'found here: ties 1158',
    workload: 'ties',
    seed: 18,
    edits: [
      {
        file: 'sync/user-round.ts',
        find: 'const marked = link\n',
        replace:
          'const marked = task.link && link ? await markCannotRemove(this.#engine, this.#round, this.#connection, task.link, how) : link\n',
      },
    ],
  },
  {
    name: 'trouble-ends-the-grant',
    origin: 'a 5xx of the token endpoint taken for a dead grant (ENGINE C1)',
    workload: 'quota',
    seed: 2,
    edits: [
      {
        file: 'oauth/refresh.ts',
        find: "} else if (result.kind !== 'invalid-grant') {",
        replace: "} else if (result.kind === 'invalid-grant' && round > 99) {",
      },
    ],
  },
  {
    name: 'limited-for-ever',
    origin: 'a refused token is handed out again',
    workload: 'quota',
    seed: 7,
    edits: [
      {
        file: 'oauth/token-manager.ts',
        find: 'await deps.tokens.put(account, { ...stored.tokens, accessTokenExpiresAt: 0 }, tokenVersion)',
        replace: '',
      },
    ],
  },
  {
    name: 'creation-refused-for-ever',
    origin:
      'found here: ties 89856: a calendar is asked for with a grant that may not make one, and nobody is told',
    workload: 'ties',
    seed: 100011,
    edits: [
      {
        file: 'sync/dedicated-calendar.ts',
        find: "lacksScope: kind === 'scope'",
        replace: 'lacksScope: false',
      },
      {
        file: 'sync/settings-change.ts',
        find: 'return { ...connectedStatus({ ...current, settings }, scopes), nextRepairAt: AT_ONCE }',
        replace:
          'return { ...connectedStatus({ ...current, settings, target: undefined }, scopes), nextRepairAt: AT_ONCE }',
      },
    ],
  },
]
