import { type Request, type Response, Router } from 'express'
import type { AppointmentRef, AppointmentStatus, GoogleCalendarSync } from 'google-calendar-sync'
import { emptyForm, formOf, readForm } from '../appointment-form.ts'
import type { Appointments, Row } from '../appointments.ts'
import { findMember, type Member } from '../members.ts'
import { formPage } from '../pages/appointment-form.ts'
import { appointmentsPage } from '../pages/appointments.ts'
import { notice } from '../pages/layout.ts'
import { refOf } from '../source.ts'
import { memberOf, send } from './exchange.ts'

const PAGE_SIZE = 20

const NOTICES: Readonly<Record<string, string>> = {
  saved: 'Saved; sync will follow.',
  later: 'Saved; sync will follow when the calendar service answers again.',
  deleted: 'Deleted; sync will follow.',
  retried: 'Trying again.',
  'not-retried': 'The calendar service does not answer. It is tried again by itself.',
}

export function appointmentRoutes(appointments: Appointments, sync: GoogleCalendarSync): Router {
  const router = Router()
  const rowOf = (request: Request): Row | undefined => {
    const row = appointments.find(Number(request.params.id))
    return row?.workspace_id === memberOf(request).workspaceId ? row : undefined
  }

  router.get('/', async (request, response) => {
    send(response, await listPage(request.query, memberOf(request)))
  })

  router.get('/new', (request, response) => {
    const member = memberOf(request)
    send(response, formPage({ member, values: emptyForm(member, Date.now()), problems: {} }))
  })

  router.post('/', async (request, response) => {
    const member = memberOf(request)
    const { values, problems, row } = readForm(request.body, member.workspaceId)
    if (!row) return send(response, formPage({ member, values, problems }), 422)
    const [id = 0] = appointments.addAll([row])
    return saved(response, { ...row, id })
  })

  router.get('/:id', (request, response, next) => {
    const row = rowOf(request)
    if (!row) return next()
    const { id, recurrence } = row
    return send(
      response,
      formPage({ member: memberOf(request), id, values: formOf(row), problems: {}, recurrence }),
    )
  })

  router.post('/:id', async (request, response, next) => {
    const before = rowOf(request)
    if (!before) return next()
    const { id, recurrence } = before
    const member = memberOf(request)
    const { values, problems, row } = readForm(request.body, member.workspaceId, before)
    if (!row) return send(response, formPage({ member, id, values, problems, recurrence }), 422)
    appointments.change(id, row)
    return saved(response, before)
  })

  router.post('/:id/delete', async (request, response, next) => {
    const row = rowOf(request)
    if (!row) return next()
    appointments.remove(row.id)
    return saved(response, row, 'deleted')
  })

  router.post('/:id/retry', async (request, response, next) => {
    const row = rowOf(request)
    const account = row && findMember(row.workspace_id, String(request.body?.user_id))
    if (!account) return next()
    const done = await sync.retry(refOf(row), account).then(
      () => 'retried',
      () => 'not-retried',
    )
    return response.redirect(303, `/appointments?done=${done}#appointment-${row.id}`)
  })

  /** The row is committed by now: whatever becomes of the sync, it is saved. */
  async function saved(
    response: Response,
    row: Pick<Row, 'workspace_id' | 'id'>,
    done = 'saved',
  ): Promise<void> {
    const told = await tell(refOf(row))
    response.redirect(303, `/appointments?done=${told ? done : 'later'}`)
  }

  /** `appointmentChanged` does not reject for trouble of its own; this page would not break if it did. */
  async function tell(ref: AppointmentRef): Promise<boolean> {
    try {
      const { marked } = await sync.appointmentChanged(ref)
      // Not marked: nobody concerned is connected, or the store is down. Then this fails as well.
      if (!marked) await sync.appointmentStatus(ref)
      return true
    } catch {
      return false
    }
  }

  async function listPage(query: Request['query'], member: Member) {
    const { workspaceId, userId } = member
    const everybody = query.who === 'all'
    const past = query.past === '1'
    const page = Math.min(10_000, Math.max(0, Math.floor(Number(query.page ?? 0)) || 0))
    const rows = appointments.list({
      workspaceId,
      userId: everybody ? undefined : userId,
      endsAfter: past ? 0 : Date.now(),
      offset: page * PAGE_SIZE,
      limit: PAGE_SIZE + 1,
    })
    const shown = rows.slice(0, PAGE_SIZE)
    const listed = await Promise.all(shown.map(async row => ({ row, statuses: await statusesOf(row) })))
    const text = NOTICES[String(query.done)]
    const told = text === undefined ? undefined : notice(text, query.done === 'not-retried' ? 'bad' : 'good')
    return appointmentsPage({
      member,
      listed,
      everybody,
      past,
      page,
      hasMore: rows.length > PAGE_SIZE,
      notice: told,
    })
  }

  async function statusesOf(row: Row): Promise<readonly AppointmentStatus[] | undefined> {
    return sync.appointmentStatus(refOf(row)).catch(() => undefined)
  }

  return router
}
