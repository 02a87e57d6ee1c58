import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { type Clinic, startClinic } from '../../examples/express-clinic/clinic.ts'
import { launch, openPage } from './chromium.ts'

/** The clinic, the fake Google, and a browser with two pages: one of the clinic, one of the calendar. */
export class Walk {
  readonly clinic: Clinic
  readonly page: Page
  readonly calendar: Page
  /** Errors of scripts, and what the pages' policies stopped. */
  readonly faults: string[]
  readonly #browser: Browser
  readonly #directory: string

  private constructor(
    parts: Pick<Walk, 'clinic' | 'page' | 'calendar' | 'faults'>,
    browser: Browser,
    directory: string,
  ) {
    this.clinic = parts.clinic
    this.page = parts.page
    this.calendar = parts.calendar
    this.faults = parts.faults
    this.#browser = browser
    this.#directory = directory
  }

  static async start(executablePath: string): Promise<Walk> {
    const directory = mkdtempSync(join(tmpdir(), 'clinic-walk-'))
    const clinic = await startClinic({ directory, quota: 'off' })
    const browser = await launch(executablePath)
    const faults: string[] = []
    const page = await openPage(browser, faults)
    const calendar = await openPage(browser, faults)
    return new Walk({ clinic, page, calendar, faults }, browser, directory)
  }

  async end(): Promise<void> {
    await this.#browser.close()
    await this.clinic.close()
    rmSync(this.#directory, { recursive: true, force: true })
  }

  /** All that a database of the clinic holds on disk, its log included. */
  stored(name: string): string {
    const files = readdirSync(this.#directory).filter(file => file.startsWith(name))
    return files.map(file => readFileSync(join(this.#directory, file), 'latin1')).join('')
  }

  async go(path: string): Promise<void> {
    await this.page.goto(`${this.clinic.origin}${path}`)
  }

  async signIn(name: string): Promise<void> {
    await this.go('/sign-in')
    await this.page.getByRole('button', { name }).click()
    await this.page.getByRole('heading', { name: 'Appointments' }).waitFor()
  }

  /** Presses the button, answers Google's window, and waits until the page has heard of it. */
  async connect(button: string, answer: (consent: Page) => Promise<void>, said: RegExp): Promise<void> {
    const opened = this.page.waitForEvent('popup')
    await this.page.getByRole('button', { name: button }).click()
    const consent = await opened
    await consent.getByRole('heading', { name: 'Sign in to' }).waitFor()
    await answer(consent)
    await this.page.locator('#said').filter({ hasText: said }).waitFor()
  }

  async status(status: string): Promise<void> {
    await this.page.locator(`#status[data-status="${status}"]`).waitFor()
  }

  async openCalendar(email: string): Promise<void> {
    const url = `${this.clinic.google?.url}/_pages/calendar?user=${encodeURIComponent(email)}`
    await this.calendar.goto(url)
  }

  /** An event on the calendar page, which follows by itself. */
  event(title: string | RegExp, text = '') {
    const titled = this.calendar.locator('.title', { hasText: title })
    return this.calendar.getByRole('listitem').filter({ has: titled, hasText: text })
  }

  async control(name: string, body: Readonly<Record<string, unknown>> = {}): Promise<void> {
    await this.clinic.google?.control(name, body)
  }
}

export async function allow(consent: Page): Promise<void> {
  await consent.getByRole('button', { name: 'Allow' }).click()
}
