import type { Command, FromWorker, Held, ToWorker } from './messages.ts'
import { NEVER } from './shared-clock.ts'
import { openWorks, type RealWorks } from './works.ts'

// Loaded on first use otherwise, while time must not leap.
await Promise.all([import('@googleapis/calendar'), import('google-auth-library')])

/** A process of the host. It serves one history after the other until it is killed; it ends when its parent goes. */
let works: RealWorks | undefined
let running = 0

const answer = (message: FromWorker) => process.send?.(message)

process.on('disconnect', () => process.exit(1))
process.on('message', (message: ToWorker) => {
  if ('command' in message) void run(message.id, message.command)
  else if (message.clock === 'release') works?.clock.wake()
  else answer({ held: held(), turn: message.turn })
})
answer({ loaded: true })

/** Nothing of the library's runs between this and the release: it waits for time, or for an answer. */
function held(): Held {
  const { open = 0, moves = 0 } = works?.wire ?? {}
  return { ...(works?.clock.waiting ?? { tick: NEVER, other: NEVER }), busy: running > 0 || open > 0, moves }
}

async function run(id: number, command: Command): Promise<void> {
  running++
  try {
    answer({ id, result: (await perform(command)) ?? null })
  } catch (error) {
    answer({ id, failed: (error as { code?: string }).code ?? String(error) })
  } finally {
    running--
  }
}

async function perform(command: Command): Promise<unknown> {
  if (command.do === 'enter') {
    works = openWorks(command.place)
    return works.sync.start()
  }
  if (!works) throw new Error('This process is in no history.')
  const { sync } = works
  switch (command.do) {
    case 'leave':
      await works.close()
      works = undefined
      return undefined
    case 'changed':
      return sync.appointmentChanged(command.ref)
    case 'retry':
      return sync.retry(command.ref)
    case 'sync-now':
      return sync.syncNow(command.account)
    case 'settings': {
      const on = (['includeNotes', 'includeClientNames', 'notifyClients'] as const).map(setting => ({
        setting,
        textId: 'sim',
      }))
      await sync.updateSettings(command.account, command.settings, { acknowledgements: on })
      return undefined
    }
    case 'disconnect':
      return sync.disconnect(command.account, { events: command.events })
    case 'authorize':
      return sync.authorizationUrl(command.account, { calendar: command.calendar })
    case 'complete': {
      const { kind } = await sync.completeAuthorization({ ...command.callback, binding: command.binding })
      return kind
    }
    case 'apply-mass-change':
      await sync.decideMassChange(command.account, command.id, 'apply')
      return undefined
  }
}
