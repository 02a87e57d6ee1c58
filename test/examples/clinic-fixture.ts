import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NewRow } from '../../examples/express-clinic/appointments.ts'
import { type Clinic, type ClinicOptions, startClinic } from '../../examples/express-clinic/clinic.ts'

export interface TestClinic {
  readonly clinic: Clinic
  readonly directory: string
  close(): Promise<void>
}

export async function testClinic(
  options: (directory: string) => Partial<ClinicOptions> = () => ({}),
): Promise<TestClinic> {
  const directory = mkdtempSync(join(tmpdir(), 'clinic-test-'))
  const clinic = await startClinic({ directory, quota: 'off', ...options(directory) })
  return {
    clinic,
    directory,
    async close() {
      await clinic.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** A browser without scripts: keeps the session, follows nothing. */
export class Visitor {
  readonly #origin: string
  cookie = ''

  constructor(origin: string) {
    this.#origin = origin
  }

  static async signedIn(origin: string, member: string): Promise<Visitor> {
    const visitor = new Visitor(origin)
    const { headers } = await visitor.post('/sign-in', { member })
    visitor.cookie = headers.getSetCookie().at(-1)?.split(';')[0] ?? ''
    return visitor
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.#origin}${path}`, {
      redirect: 'manual',
      headers: { cookie: this.cookie, ...headers },
    })
  }

  post(path: string, form: Record<string, string>, origin = this.#origin): Promise<Response> {
    const headers = { cookie: this.cookie, origin }
    const body = new URLSearchParams(form)
    return fetch(`${this.#origin}${path}`, { method: 'POST', redirect: 'manual', headers, body })
  }

  async text(path: string): Promise<string> {
    return (await this.get(path)).text()
  }
}

export const FORM = {
  user_id: 'dana',
  date: '2027-05-04',
  time: '14:00',
  minutes: '50',
  time_zone: 'Asia/Jerusalem',
  status: 'confirmed',
}

export function row(changes: Partial<NewRow> = {}): NewRow {
  return {
    workspace_id: 'riverside',
    user_id: 'dana',
    also_user_id: null,
    starts: '2027-05-04T14:00:00',
    ends: null,
    minutes: 50,
    time_zone: 'Asia/Jerusalem',
    all_day: 0,
    status: 'confirmed',
    title: null,
    location: null,
    notes: null,
    client_name: null,
    client_email: null,
    invites_client: 0,
    recurrence: null,
    ends_at: Date.parse('2027-05-04T11:50:00Z'),
    uid: null,
    line: null,
    ...changes,
  }
}
