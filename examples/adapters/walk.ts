import type { AppointmentRef, GoogleCalendarSync } from 'google-calendar-sync'
import type { Kysely, Transaction } from 'kysely'
import { connect, expectEvent, expectNoEvent } from './google.ts'
import type { AppTables } from './rows.ts'

export const account = { workspaceId: 'riverside', userId: 'dana' }
const ref: AppointmentRef = { workspaceId: account.workspaceId, appointmentId: 'first' }
const HOUR_MS = 3_600_000

/** Connects, books, moves and cancels an appointment, and looks into the calendar after each. */
export async function walk(sync: GoogleCalendarSync, db: Kysely<AppTables>): Promise<void> {
  await connect(sync, account)
  const start = new Date(Math.ceil(Date.now() / HOUR_MS) * HOUR_MS + 24 * HOUR_MS)
  const later = new Date(start.getTime() + HOUR_MS)

  /** The change and its mark in one commit; then the wake-up, which only makes it faster. */
  const change = async (write: (trx: Transaction<AppTables>) => Promise<unknown>) => {
    await db.transaction().execute(async trx => {
      await write(trx)
      await sync.appointmentChanged(ref, { transaction: trx })
    })
    await sync.wake(ref)
  }

  const row = { id: ref.appointmentId, workspace_id: account.workspaceId, user_id: account.userId }
  const values = { ...row, title: 'Consultation', starts_at: start.getTime(), updated_at: Date.now() }
  await change(trx => trx.insertInto('appointments').values(values).execute())
  await expectEvent('Consultation', start)

  const moved = { starts_at: later.getTime(), updated_at: Date.now() }
  await change(trx => trx.updateTable('appointments').set(moved).where('id', '=', row.id).execute())
  await expectEvent('Consultation', later)

  await change(trx => trx.deleteFrom('appointments').where('id', '=', row.id).execute())
  await expectNoEvent()
}
