import { SeededRandom } from '../../../../../src/testing/fake-google/index.ts'

export const NOA = 'noa@example.com'
const GUESTS = [
  [{ email: 'a@b.example' }],
  [{ email: NOA }],
  [{ email: NOA, responseStatus: 'declined' }, { email: 'user@example.com' }],
]
const MEET = { createRequest: { requestId: 'r' } }

/** Picks, and mangles what it picked, from one seed. */
export class Fuzzer {
  readonly #random: SeededRandom
  constructor(seed: number) {
    this.#random = new SeededRandom(seed)
  }
  chance = (share: number) => this.#random.float() < share
  below = (n: number) => Math.floor(this.#random.float() * n)
  pick = <T>(items: readonly T[]): T => items[this.below(items.length)] as T
  text = () =>
    this.pick([
      '',
      'x',
      'é👋',
      '\u0000',
      'a'.repeat(3000),
      '../..',
      '%',
      '<b>',
      '__proto__',
      'null',
      '"',
      '2026-05-04',
    ])

  json(depth = 0): unknown {
    const kind = this.below(depth > 3 ? 5 : 7)
    if (kind === 0) return null
    if (kind === 1) return this.chance(0.5)
    if (kind === 2) return this.pick([0, -1, 1e20, 0.5, 3])
    if (kind < 5) return this.text()
    if (kind === 5) return Array.from({ length: this.below(4) }, () => this.json(depth + 1))
    return Object.fromEntries(
      Array.from({ length: this.below(4) }, () => [this.text(), this.json(depth + 1)]),
    )
  }

  time(): unknown {
    return this.pick([
      {
        dateTime: `2026-0${1 + this.below(9)}-1${this.below(10)}T1${this.below(10)}:00:00Z`,
        timeZone: 'Europe/Berlin',
      },
      { dateTime: '2026-05-04T25:00:00Z' },
      { dateTime: '0001-01-01T00:00:00+14:00' },
      { dateTime: '9999-12-31T23:59:59-12:00', timeZone: 'America/New_York' },
      { date: `2026-05-${10 + this.below(20)}` },
      { date: '2026-02-31' },
      { dateTime: null, date: null },
      this.json(),
    ])
  }

  event(): Record<string, unknown> {
    const body: Record<string, unknown> = { start: this.time(), end: this.time() }
    const optional: [string, () => unknown][] = [
      ['id', () => this.pick(['aaaaa', 'bbbbb', 'ccccc', 'ABC', this.text()])],
      ['summary', () => this.pick(['Title', this.json()])],
      ['status', () => this.pick(['confirmed', 'cancelled', 'tentative', this.json()])],
      [
        'recurrence',
        () =>
          this.pick([
            ['RRULE:FREQ=DAILY;COUNT=4'],
            ['RRULE:FREQ=WEEKLY;BYDAY=MO', 'EXDATE:20260511T080000Z'],
            [`RRULE:FREQ=${this.pick(['YEARLY', 'HOURLY', 'SECONDLY'])};BYMONTH=${this.below(14)}`],
            ['X'],
            [],
            this.json(),
          ]),
      ],
      ['attendees', () => this.pick([...GUESTS, [{ email: 'x' }], this.json()])],
      ['guestsCanModify', () => this.pick([true, this.json()])],
      ['guestsCanSeeOtherGuests', () => this.pick([false, this.json()])],
      ['conferenceData', () => this.pick([MEET, { entryPoints: [{}] }, this.json()])],
      ['attachments', () => this.pick([[{ fileUrl: 'https://x.example/' }], this.json()])],
      ['workingLocationProperties', () => this.pick([{ type: 'homeOffice' }, this.json()])],
      ['labelProperties', () => this.pick([{ eventLabels: [{ backgroundColor: '#ff0000' }] }, this.json()])],
      ['eventLabelId', () => this.json()],
      ['originalStartTime', () => this.time()],
      ['organizer', () => this.pick([{ email: 'user@example.com' }, this.json()])],
      ['visibility', () => this.pick(['public', 'private', this.json()])],
      ['transparency', () => this.pick(['transparent', this.json()])],
      [
        'extendedProperties',
        () => this.pick([{ private: { k: 'v' } }, { private: { [this.text()]: this.text() } }, this.json()]),
      ],
      [
        'reminders',
        () => this.pick([{ useDefault: false, overrides: [{ method: 'popup', minutes: 5 }] }, this.json()]),
      ],
      ['sequence', () => this.pick([0, 5, this.json()])],
      ['colorId', () => this.pick(['3', '99', this.json()])],
      ['eventType', () => this.pick(['default', 'focusTime', 'birthday', 'workingLocation', this.json()])],
      ['iCalUID', () => this.pick(['a@b.example', this.text()])],
      ['scope', () => this.pick([{ type: 'user', value: 'a@b.example' }, { type: 'default' }, this.json()])],
      ['role', () => this.pick(['reader', 'owner', 'none', this.json()])],
      ['timeMin', () => this.pick(['2026-05-01T00:00:00Z', this.json()])],
      ['timeMax', () => this.pick(['2026-06-01T00:00:00Z', this.json()])],
      ['items', () => this.pick([[{ id: 'primary' }], this.json()])],
      ['type', () => this.pick(['web_hook', this.json()])],
      ['address', () => this.pick(['https://x.example/', this.json()])],
      ['expiration', () => this.json()],
      ['resourceId', () => this.json()],
      [this.text(), () => this.json()],
    ]
    for (const [key, make] of optional) if (this.chance(0.25)) body[key] = make()
    return body
  }
}
