import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, expectAccessible } from './chromium.ts'
import { allow, Walk } from './walk.ts'

const path = chromiumPath()
if (!path && process.env.REQUIRE_SERVICES === '1') throw new Error('There is no Chromium: set CHROMIUM_PATH.')

const DANA = 'dana.levi@gmail.com'
const JONAS = 'jonas.weber@gmail.com'

/** The steps build on one another, as a person's do. */
describe.skipIf(!path)(
  path ? 'the clinic in Chromium' : 'the clinic in Chromium: SKIPPED, there is none',
  { timeout: 60_000 },
  () => {
    let walk: Walk

    beforeAll(async () => {
      walk = await Walk.start(path ?? '')
    })
    afterAll(async () => {
      await walk?.end()
    })

    it('signs in, by keyboard alone', async () => {
      const { page } = walk
      await walk.go('/')
      expect(new URL(page.url()).pathname).toBe('/sign-in')
      await expectAccessible(page, 'sign-in')
      await page.keyboard.press('Tab')
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content')
      await page.keyboard.press('Tab')
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Dana Levi')
      await page.keyboard.press('Enter')
      await page.getByText('There is nothing to show.').waitFor()
      await expectAccessible(page, 'appointments-empty')
    })

    it('says what was denied, and what was left out', async () => {
      const { page } = walk
      await walk.go('/settings')
      await walk.status('disconnected')
      await expectAccessible(page, 'settings-not-connected')
      await walk.connect(
        'Connect Google Calendar',
        async consent => {
          await expectAccessible(consent, 'consent')
          await consent.getByRole('button', { name: 'Deny' }).click()
        },
        /Nothing was connected/,
      )
      await walk.connect('Connect Google Calendar', consent => consent.close(), /If you allowed access/)
      await walk.connect(
        'Connect Google Calendar',
        async consent => {
          await consent.getByRole('checkbox', { name: /change and delete events/ }).uncheck()
          await allow(consent)
        },
        /a permission that the calendar needs was left out/,
      )
      await walk.status('limited')
      await expectAccessible(page, 'settings-limited')
    })

    it('connects through the window, which closes by itself', async () => {
      const { page } = walk
      await walk.connect(
        'Connect again',
        async consent => {
          expect(await consent.getByRole('radio', { name: /Dana Levi/ }).isChecked()).toBe(true)
          const closed = consent.waitForEvent('close')
          await allow(consent)
          await closed
        },
        /Google Calendar is connected/,
      )
      await walk.status('active')
      await expectAccessible(page, 'settings-connected')
      const stored = walk.stored('calendar-sync.db')
      expect(stored).toContain('riverside')
      // What Google's tokens begin with.
      expect(stored).not.toMatch(/ya29\.|1\/\/0/)
      await walk.openCalendar(DANA)
      await walk.calendar.getByText('No events from this day on.').waitFor()
    })

    it('creates an appointment, and the badge turns by itself', async () => {
      const { page } = walk
      await walk.go('/appointments')
      await page.getByRole('link', { name: 'New appointment' }).click()
      await expectAccessible(page, 'form')
      await page.getByLabel('Client’s name').fill('Joe Doe')
      await page.getByLabel('Location').fill('123 Main St')
      await page.getByLabel('Notes').fill('Prefers the blue room')
      await page.getByLabel('Time zone').fill('Nowhere')
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('Not saved yet.').waitFor()
      await expectAccessible(page, 'form-problem')
      await page.getByLabel('Time zone').fill('Asia/Jerusalem')
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('Saved; sync will follow.').waitFor()
      await page.locator('[data-status="synced"]').waitFor()
      await expectAccessible(page, 'appointments-synced')
    })

    it('shows the event in Google, without the client', async () => {
      await walk.event('Appointment', '14:00–15:00').waitFor()
      await walk.event('Appointment', '123 Main St').waitFor()
      expect(await walk.calendar.getByText(/Joe|blue room/).count()).toBe(0)
      await expectAccessible(walk.calendar, 'calendar')
    })

    it('moves the event with the appointment', async () => {
      const { page } = walk
      await page.getByRole('link', { name: 'Appointment', exact: true }).click()
      await expectAccessible(page, 'edit')
      await page.getByLabel('Starts at').fill('15:00')
      await page.getByRole('button', { name: 'Save' }).click()
      await walk.event('Appointment', '15:00–16:00').waitFor()
      expect(await walk.calendar.getByRole('listitem').count()).toBe(1)
    })

    it('shows names and notes after an agreement, and takes them out again', async () => {
      const { page } = walk
      await walk.go('/settings')
      const names = page.getByRole('switch', { name: 'Show client names' })
      await names.click()
      await expectAccessible(page, 'agreement')
      await page.keyboard.press('Escape')
      await page.locator('#said').filter({ hasText: 'Nothing was changed.' }).waitFor()
      expect(await names.isChecked()).toBe(false)
      for (const name of ['Show client names', 'Show notes']) {
        await page.getByRole('switch', { name }).click()
        await page.getByRole('checkbox', { name: 'I understand this' }).check()
        await page.getByRole('button', { name: 'Turn on' }).click()
        await page
          .locator('#said')
          .filter({ hasText: `${name}: on.` })
          .waitFor()
      }
      await walk.event('Appointment with Joe Doe', 'Prefers the blue room').waitFor()
      for (const name of ['Show client names', 'Show notes']) {
        await page.getByRole('switch', { name }).click()
        await page
          .locator('#said')
          .filter({ hasText: `${name}: off.` })
          .waitFor()
      }
      await walk.event(/^Appointment$/).waitFor()
      await walk.calendar
        .getByText(/Joe|blue room/)
        .first()
        .waitFor({ state: 'detached' })
    })

    it('lets the user lay hands on an event, and mends it when asked to compare', async () => {
      const { page, calendar } = walk
      const press = (title: string, name: RegExp) => walk.event(title).getByRole('button', { name }).click()
      await press('Appointment', /^Rename/)
      await calendar.getByLabel('New title').fill('By hand')
      await expectAccessible(calendar, 'calendar-rename')
      await calendar.keyboard.press('Enter')
      await press('By hand', /^One hour later/)
      await walk.event('By hand', '16:00–17:00').waitFor()
      // Back again: a move that nobody told the library of would be held for a minute, to be counted with others.
      await press('By hand', /^One hour earlier/)
      await walk.event('By hand', '15:00–16:00').waitFor()
      await walk.go('/settings')
      await page.getByRole('button', { name: 'Sync now' }).click()
      await walk.event(/^Appointment$/, '15:00–16:00').waitFor()
      await page.getByText('Last comparison').waitFor()
      await expectAccessible(page, 'settings-compared')

      await press('Appointment', /^Delete/)
      await calendar.getByText('No events from this day on.').waitFor()
      await calendar.getByLabel('Deleted too').check()
      await calendar.getByRole('button', { name: 'Show' }).click()
      await walk.event('Appointment', 'deleted').waitFor()
      await expectAccessible(calendar, 'calendar-deleted')
      await press('Appointment', /^Undelete/)
      await walk.event('Appointment', 'confirmed').waitFor()
      await press('Appointment', /^Delete/)
      await walk.event('Appointment', 'deleted').waitFor()
      await page.getByRole('button', { name: 'Sync now' }).click()
      await walk.event('Appointment', 'confirmed').waitFor()
      await walk.openCalendar(DANA)
    })

    it('shows what fails, and tries again', async () => {
      const { page } = walk
      await walk.control('fault', { fault: 'forbidden', match: { method: 'events.patch' }, times: 'always' })
      await walk.go('/appointments')
      await page.getByRole('link', { name: 'Appointment', exact: true }).click()
      await page.getByLabel('Location').fill('Room 2')
      await page.getByRole('button', { name: 'Save' }).click()
      await page.locator('[data-status="failed"]').waitFor()
      await page.getByText('Google refused this appointment.').waitFor()
      await expectAccessible(page, 'appointments-failed')
      await walk.control('clear-faults')
      await page.getByRole('button', { name: /^Try again/ }).click()
      await page.locator('[data-status="synced"]').waitFor()
      await walk.event('Appointment', 'Room 2').waitFor()
    })

    it('goes on after access was withdrawn in the Google account', async () => {
      const { page } = walk
      await walk.control('revoke-grant', { email: DANA })
      await page.getByRole('link', { name: 'Appointment', exact: true }).click()
      await page.getByLabel('Location').fill('Room 3')
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('Google no longer accepts the connection.').waitFor()
      await expectAccessible(page, 'appointments-needs-reauth')
      await walk.go('/settings')
      await walk.status('needs_reauth')
      await expectAccessible(page, 'settings-needs-reauth')
      await walk.connect('Connect again', allow, /Google Calendar is connected/)
      await walk.status('active')
      await walk.event('Appointment', 'Room 3').waitFor()
    })

    it('pauses and goes on', async () => {
      const { page } = walk
      await page.getByRole('switch', { name: 'Sync automatically' }).click()
      await walk.status('disabled')
      await expectAccessible(page, 'settings-disabled')
      await walk.go('/appointments')
      await page.locator('[data-status="disabled"]').waitFor()
      await walk.go('/settings')
      await page.getByRole('switch', { name: 'Sync automatically' }).click()
      await walk.status('active')
    })

    it('re-assigns: the event leaves one calendar and enters the other, in this window when none may open', async () => {
      const { page } = walk
      await page.getByRole('button', { name: 'Sign out' }).click()
      await walk.signIn('Jonas Weber')
      await page.addInitScript('window.open = () => null')
      await walk.go('/settings')
      await page.getByRole('radio', { name: /A separate calendar/ }).check()
      await page.getByRole('button', { name: 'Connect Google Calendar' }).click()
      await page.getByRole('button', { name: 'Allow' }).click()
      await page.getByText('Google Calendar is connected. Your appointments follow.').waitFor()
      await page.waitForURL(`${walk.clinic.origin}/settings`)
      await walk.status('active')
      await walk.go('/appointments?who=all')
      await page.getByRole('link', { name: 'Appointment', exact: true }).click()
      await page.getByLabel('Therapist').selectOption('Jonas Weber')
      await page.getByRole('button', { name: 'Save' }).click()
      await walk.calendar.getByText('No events from this day on.').waitFor()
      await walk.openCalendar(JONAS)
      await walk.calendar.getByRole('heading', { name: 'Clinic appointments' }).waitFor()
      // In the zone of the calendar: the clinic's, since the library made it.
      await walk.event('Appointment', '14:00–15:00').waitFor()
    })

    it('asks before it deletes, and gives the focus back', async () => {
      const { page } = walk
      await walk.go('/appointments')
      await page.getByRole('link', { name: 'Appointment', exact: true }).click()
      await page.getByRole('button', { name: 'Delete appointment…' }).click()
      await expectAccessible(page, 'delete')
      await page.keyboard.press('Escape')
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Delete appointment…')
    })

    it('shows both side by side', async () => {
      const { page } = walk
      await walk.go('/side-by-side')
      await page.frameLocator('[name="clinic"]').getByRole('heading', { name: 'Appointments' }).waitFor()
      await page.getByRole('link', { name: 'Jonas Weber' }).click()
      const calendar = page.frameLocator('[name="calendar"]')
      await calendar.getByRole('heading', { name: 'Calendars of Jonas Weber' }).waitFor()
      await expectAccessible(page, 'side-by-side')
    })

    it('asks what becomes of the events before it disconnects', async () => {
      const { page } = walk
      await walk.go('/settings')
      await page.getByRole('button', { name: 'Disconnect…' }).click()
      expect(await page.getByRole('radio', { name: /Keep them/ }).isChecked()).toBe(true)
      await expectAccessible(page, 'disconnect')
      await page.getByRole('button', { name: 'Stay connected' }).click()
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Disconnect…')
      await walk.status('active')
    })

    it('disconnects and removes the events', async () => {
      const { page } = walk
      await walk.go('/settings')
      await page.getByRole('button', { name: 'Disconnect…' }).click()
      await page.getByRole('radio', { name: /Remove them/ }).check()
      await expectAccessible(page, 'disconnect')
      await page.getByRole('button', { name: 'Disconnect', exact: true }).click()
      await walk.status('disconnected')
      await walk.event('Appointment').waitFor({ state: 'detached' })
      await walk.go('/appointments')
      await page.locator('[data-status="not-connected"]').waitFor()
    })

    it('had no script fail and nothing stopped by a policy', () => {
      expect(walk.faults).toEqual([])
    })
  },
)
