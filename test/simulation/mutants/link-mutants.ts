import type { Mutant } from './mutant.ts'

/** Mistakes in how one event is written and what is remembered of it. */
export const LINK_MUTANTS: readonly Mutant[] = [
  {
    name: 'no-if-match',
    origin: 'common; 5.0 % in the prototype',
    workload: 'hands',
    seed: 35,
    edits: [
      {
        file: 'sync/write-request.ts',
        find: 'const options = { ifMatch, sendUpdates } as const',
        replace: "const options = { ifMatch: '*', sendUpdates } as const",
      },
    ],
  },
  {
    name: 'delete-without-if-match',
    origin: 'ENGINE B3: 1.2 %',
    workload: 'hands',
    seed: 2,
    edits: [
      {
        file: 'sync/write-request.ts',
        find: 'return api.deleteEvent(at, options)',
        replace: 'return api.deleteEvent(at, { sendUpdates, ifMatch: undefined as never })',
      },
    ],
  },
  {
    name: 'server-error-is-done',
    origin: 'Odoo: 5xx treated as done; 4.6 % in the prototype',
    workload: 'quota',
    seed: 42,
    edits: [
      {
        file: 'sync/push.ts',
        find: "      case 'network':\n      case 'server':\n",
        replace: "      case 'server':\n        return { kind: 'settled' }\n      case 'network':\n",
      },
    ],
  },
  {
    name: 'no-answer-is-done',
    origin: 'common: a timeout swallowed',
    workload: 'crash',
    seed: 67,
    edits: [
      {
        file: 'sync/push.ts',
        find: "      case 'network':\n      case 'server':\n",
        replace: "      case 'network':\n        return { kind: 'settled' }\n      case 'server':\n",
      },
    ],
  },
  {
    name: 'forbidden-delete-is-deleted',
    origin: 'Odoo: 403 on delete = deleted; 0.42 % in the prototype',
    workload: 'revive',
    seed: 1817,
    edits: [
      {
        file: 'sync/outcome.ts',
        find: "      if (intent.kind === 'revive') return { next: 'again', view: { ...view, link, reviveRefused: true } }",
        replace:
          "      if (intent.kind === 'delete') return { next: 'again', view: { ...stale, link: { ...stale.link, event: 'deleted' } } }\n      if (intent.kind === 'revive') return { next: 'again', view: { ...view, link, reviveRefused: true } }",
      },
    ],
  },
  {
    name: 'no-write-ahead-intent',
    origin: 'Odoo; 0.38 % in the prototype',
    workload: 'crash',
    seed: 41,
    edits: [
      {
        file: 'sync/link-task.ts',
        find: 'if (fields.sent === undefined || knownFormat(fields.sent.fields)) return fields',
        replace:
          'if (fields.sent === undefined || knownFormat(fields.sent.fields)) return { ...fields, intents: [] }',
      },
    ],
  },
  {
    name: 'no-op-with-open-intent',
    origin: 'ENGINE B2: 2.4 % missing events',
    workload: 'toggle',
    seed: 762,
    edits: [
      {
        file: 'sync/plan.ts',
        find: 'if (nothing && link.intents.length === 0)',
        replace: 'if (nothing)',
      },
    ],
  },
  {
    name: '404-on-delete-is-done',
    origin: 'ENGINE B2: 2.0 % orphans',
    workload: 'toggle',
    seed: 77,
    edits: [
      {
        file: 'sync/plan.ts',
        find: "if (open(link).length === 0) return { do: 'done', as: 'synced' }",
        replace: "if (open(link).length >= 0) return { do: 'done', as: 'synced' }",
      },
    ],
  },
  {
    name: 'seen-closes-intents',
    origin: 'ENGINE B1: a tombstone or an equal event that was merely seen closes nothing',
    workload: 'toggle',
    seed: 162,
    edits: [
      {
        file: 'sync/observe.ts',
        find: 'intent.at + LATE_WRITE_MS > now ||',
        replace: 'intent.at > now ||',
      },
    ],
  },
  {
    name: 'late-writes-land-at-once',
    origin: 'common: no bound on late requests',
    workload: 'outage',
    seed: 596,
    edits: [
      {
        file: 'sync/limits.ts',
        find: 'export const LATE_WRITE_MS = 5 * 60_000',
        replace: 'export const LATE_WRITE_MS = 1_000',
      },
    ],
  },
  {
    name: 'precondition-parks',
    origin: '412 taken for a human edit and left alone (ENGINE B7)',
    workload: 'hands',
    seed: 2,
    edits: [
      {
        file: 'sync/outcome.ts',
        find: "return { next: 'again', view: stale, precondition: true }",
        replace: "return { next: 'park', view: stale }",
      },
    ],
  },
  {
    name: 'base-is-what-google-holds',
    origin: 'R1: adopt and take it as base; 0.35 % in the prototype',
    workload: 'crash',
    seed: 10,
    edits: [
      {
        file: 'sync/observe.ts',
        find: 'const base = baseOf(view.link, writeNumber)',
        replace:
          'const base = { ...baseOf(view.link, writeNumber), seen: values, sent: view.link.intents.at(-1)?.sent ?? view.link.sent }',
      },
    ],
  },
  {
    name: 'generation-raised-at-once',
    origin: 'ENGINE B4: a new id while the old one may still land',
    workload: 'revive',
    seed: 3104,
    edits: [
      {
        file: 'sync/plan.ts',
        find: "    return link.intents.length > 0 ? waitForLate(view, context) : { do: 'raise-generation' }\n  return link.etag",
        replace: "    return { do: 'raise-generation' }\n  return link.etag",
      },
    ],
  },
  {
    name: 'generation-not-raised',
    origin: 'a tombstone that cannot be revived is tried for ever',
    workload: 'churn',
    seed: 12,
    edits: [
      {
        file: 'sync/push.ts',
        find: 'const generation = link.generation + 1',
        replace: 'const generation = link.generation',
      },
    ],
  },
  {
    name: 'put-instead-of-patch',
    origin: 'common: the whole event is replaced',
    workload: 'hands',
    seed: 28,
    edits: [
      {
        file: 'sync/write-request.ts',
        find: '  const changed = [...step.write, ...step.clear]\n',
        replace:
          '  const changed = [...step.write, ...step.clear]\n  if (changed.length >= 0) return api.updateEvent(at, reviveBody(fields, stamp), options)\n',
      },
    ],
  },
  {
    name: 'overwritten-unreported',
    origin: 'ENGINE B8',
    workload: 'hands',
    seed: 11,
    edits: [
      { file: 'sync/push.ts', find: 'if (overwritten.length > 0)', replace: 'if (overwritten.length > 99)' },
    ],
  },
  {
    name: 'restored-unreported',
    origin: 'ENGINE B8',
    workload: 'hands',
    seed: 4,
    edits: [
      {
        file: 'sync/push.ts',
        find: 'if (intents.some(intent => intent.restores))',
        replace: 'if (intents.length > 99)',
      },
    ],
  },
  {
    name: 'report-not-carried-on',
    origin: 'the report of a write that failed is not taken over by the next',
    workload: 'flap',
    seed: 3810,
    edits: [{ file: 'sync/push.ts', find: '      ...open.flatMap(i => i.overwrites ?? []),\n', replace: '' }],
  },
  {
    name: 'refused-overwrite-forgotten',
    origin: 'a refused write takes the memory of the edit with it',
    workload: 'outage',
    seed: 2463,
    edits: [
      {
        file: 'sync/outcome.ts',
        find: 'etag: isEdited ? undefined : link.etag',
        replace: 'etag: link.etag',
      },
    ],
  },
  {
    name: 'edits-in-view-forgotten',
    origin: 'found here: crash 233, hot 1388: the etag of an edited event stays in the books',
    workload: 'outage',
    seed: 2766,
    edits: [
      {
        file: 'sync/push.ts',
        find: 'const etag = showsEdits(this.#view) ? undefined : this.#view.link.etag',
        replace: 'const etag = this.#view.link.etag',
      },
    ],
  },
  {
    name: 'filled-in-field-forgotten',
    origin:
      "found here: toggle 85865, outage 97177, hot 70816: only changed fields counted as a person's edit",
    workload: 'toggle',
    seed: 85865,
    edits: [
      {
        file: 'sync/observe.ts',
        find: 'if (seen === undefined || observed === undefined) return false',
        replace: 'if (seen !== undefined || observed === undefined) return false',
      },
    ],
  },
  {
    name: 'edit-taken-over-in-silence',
    origin: 'found here: hot 1472',
    workload: 'hot',
    seed: 14,
    edits: [
      {
        file: 'sync/plan.ts',
        find: 'const taken = write.filter(field => isTakenOver(view, field, now[field]))',
        replace:
          'const taken = write.filter(field => isTakenOver(view, field, now[field]) && field === "none")',
      },
    ],
  },
  {
    name: 'report-lost-to-a-crash',
    origin: 'found here: ties 1337',
    workload: 'outage',
    seed: 4048,
    edits: [
      {
        file: 'sync/observe.ts',
        find: '(intent.number === landed && (intent.overwrites !== undefined || intent.restores))',
        replace: 'false',
      },
    ],
  },
  {
    name: 'insert-unheard-of-forgotten',
    origin: 'found here: crash 49',
    workload: 'crash',
    seed: 331,
    edits: [
      {
        file: 'sync/observe.ts',
        find: 'const sent = link.sent ?? insertedBefore(view.link, event.etag)',
        replace: 'const sent = link.sent',
      },
    ],
  },
  {
    name: 'marker-not-verified',
    origin: "a copy made by Google's duplicate is taken for ours (ENGINE B5)",
    workload: 'hands',
    seed: 5,
    edits: [
      {
        file: 'mapping/marker.ts',
        find: 'if (event.id !== place.eventId || typeof',
        replace: 'if (typeof',
      },
      {
        file: 'mapping/marker.ts',
        find: 'return timingSafeEqual(Buffer.from(expected), Buffer.from(match[2]))',
        replace: 'return timingSafeEqual(Buffer.from(expected), Buffer.from(expected))',
      },
    ],
  },
]
