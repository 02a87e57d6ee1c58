import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { csvEntries } from '../../examples/clinic-demo/import/csv-entries.ts'
import { icsEntries } from '../../examples/clinic-demo/import/ics-entries.ts'
import type { Entry } from '../../examples/clinic-demo/import/problem.ts'
import { checkFile, readText } from '../../examples/clinic-demo/import/text-file.ts'
import { UsageError } from '../../examples/clinic-demo/options.ts'

const folder = mkdtempSync(join(tmpdir(), 'clinic-import-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function fileWith(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

/** As the demo reads a file: the kind by its name, then entry by entry. */
async function read(path: string): Promise<Entry[]> {
  const kind = await checkFile(path)
  return collect((kind === 'csv' ? csvEntries : icsEntries)(path, readText(path)))
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

async function* inPieces(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size)
}

const problems = (entries: readonly Entry[]) =>
  entries.flatMap(entry => ('problem' in entry ? [`${entry.line}: ${entry.problem}`] : []))
const rows = (entries: readonly Entry[]) => entries.flatMap(entry => ('row' in entry ? [entry.row] : []))

const NASTY_CSV = [
  '\ufeffStart,Duration (minutes),Time Zone,User,Title,Unheard-of',
  '2027-05-04 09:00,50,Asia/Jerusalem,dana,"Quotes "" and, commas',
  'over two lines",x',
  '2027-05-04T10:00:00+02:00,50,Europe/Berlin,jonas,Instant',
  '04.05.2027 11:00,1h,Europe/Berlin,jonas,German',
  '5/4/2027 3:15 PM,0:45,America/New_York,maria,American',
  '2027-05-05,,,dana,All day',
  '',
  '2027-05-04 12:00,50,Mars/Base,dana,Wrong zone',
  '2027-02-30 12:00,50,Europe/Berlin,dana,No such day',
  '2027-05-04 25:00,50,Europe/Berlin,dana,No such hour',
  '2027-05-04 12:00,-5,Europe/Berlin,dana,Backwards',
  ',50,Europe/Berlin,dana,No start',
  '2027-05-04 12:00,50,Europe/Berlin,dana,Too many,x,y,z',
  '2027-05-04 12:00,50,Europe/Berlin,dana,"Text after" a quote,x',
  '2027-05-04 12:00,50',
  '2027-05-04 13:00,50,Europe/Berlin,dana,"Never closed',
  '2027-05-04 14:00,50,Europe/Berlin,dana,Last',
  '',
].join('\r\n')

describe('the importer of the demo: CSV', () => {
  it('takes a byte order mark, CRLF, quotes, commas and line breaks in quotes, and five ways of writing a time', async () => {
    const entries = await read(fileWith('nasty.csv', NASTY_CSV))
    expect(rows(entries).slice(0, 5)).toMatchObject([
      {
        starts: '2027-05-04T09:00:00',
        minutes: 50,
        title: 'Quotes " and, commas\r\nover two lines',
        line: 2,
      },
      { starts: '2027-05-04T10:00:00+02:00', time_zone: 'Europe/Berlin', title: 'Instant', line: 4 },
      { starts: '2027-05-04T11:00:00', minutes: 60, title: 'German' },
      { starts: '2027-05-04T15:15:00', minutes: 45, time_zone: 'America/New_York', title: 'American' },
      { starts: '2027-05-05', ends: '2027-05-06', all_day: 1, title: 'All day' },
    ])
  })

  it('leaves out what is wrong, by line and reason, and takes what stands after it', async () => {
    const entries = await read(fileWith('nasty.csv', NASTY_CSV))
    expect(problems(entries)).toEqual([
      '9: "Mars/Base" is no time zone',
      '10: there is no 2027-02-30 in the calendar',
      '11: "25:00" is no time of day',
      '12: its duration is no whole number of minutes above 0',
      '13: it has no start',
      '14: it has 8 fields, and the header 6',
      '15: there is text after a closing quote',
      '17: a quote is never closed',
    ])
    expect(rows(entries).slice(5)).toMatchObject([
      { line: 16, title: null, minutes: 50 },
      { line: 18, title: 'Last' },
    ])
  })

  it.each(['\r\n', '\n', '\r'])('reads the same in pieces of any size, with %j', async lineBreak => {
    const text = NASTY_CSV.replaceAll('\r\n', lineBreak)
    const whole = await collect(csvEntries('nasty.csv', inPieces(text, text.length)))
    expect(whole).toHaveLength(15)
    for (let size = 1; size < 120; size++)
      expect(await collect(csvEntries('nasty.csv', inPieces(text, size))), `${size}`).toEqual(whole)
  })

  it('skips a broken line of megabytes to its end, and no further', async () => {
    const broken = `2027-05-04 09:00,"Closed" ${'2027-05-04 10:00,Inside '.repeat(250_000)}`
    const path = fileWith('broken.csv', `start,title\r\n${broken}\r\n2027-05-04 11:00,Last\r\n`)
    const entries = await read(path)
    expect(problems(entries)).toEqual(['2: there is text after a closing quote'])
    expect(rows(entries)).toMatchObject([{ title: 'Last', line: 3 }])
  })

  it('takes a field of a megabyte whole', async () => {
    const title = `${'long, "'.repeat(149_796)}!`
    expect(title.length).toBeGreaterThan(1_048_000)
    const quoted = `"${title.replaceAll('"', '""')}"`
    const path = fileWith('long.csv', `start,title\n2027-05-04 09:00,${quoted}\n2027-05-04 10:00,After\n`)
    const found = rows(await read(path))
    expect(found.map(row => row.title?.length)).toEqual([title.length, 5])
    expect(found[0]?.title).toBe(title)
  })

  it('gives a quote up that is still open after megabytes, and goes on at the next line', async () => {
    const filler = `2027-05-04 10:00,${'Inside '.repeat(500)}\n`.repeat(1_500)
    const path = fileWith('open.csv', `start,title\n2027-05-04 09:00,"Open\n${filler}2027-05-04 11:00,Last\n`)
    const entries = await read(path)
    expect(problems(entries)).toEqual(['2: the record is too long: a quote that is never closed?'])
    expect(rows(entries)).toHaveLength(1_501)
  })

  it.each(['utf-16le', 'utf-16be'])(
    'takes %s with a byte order mark, semicolons and Hebrew',
    async encoding => {
      const bytes = Buffer.from('\ufeffstart;title\r\n2027-05-04 09:00;שלום\r\n', 'utf16le')
      const path = fileWith(`${encoding}.csv`, encoding === 'utf-16le' ? bytes : bytes.swap16())
      expect(rows(await read(path))).toMatchObject([{ starts: '2027-05-04T09:00:00', title: 'שלום' }])
    },
  )

  it('has nothing to import in a header alone', async () => {
    expect(await read(fileWith('header.csv', 'start,title\n'))).toEqual([])
  })

  it('says which columns it found when none tells the start', async () => {
    const failed = read(fileWith('columns.csv', 'name,where\nx,y\n'))
    await expect(failed).rejects.toThrow(/no column of its header tells the start .* It has: name, where\.$/)
    await expect(failed).rejects.toBeInstanceOf(UsageError)
  })
})

const NASTY_ICS = [
  '\ufeffBEGIN:VCALENDAR',
  'VERSION:2.0',
  'BEGIN:VTIMEZONE',
  'TZID:Israel Standard Time',
  'BEGIN:STANDARD',
  'DTSTART:16010101T020000',
  'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10',
  'END:STANDARD',
  'END:VTIMEZONE',
  'BEGIN:VEVENT',
  'UID:series@example.com',
  'SUMMARY:A folded summary with a comma\\, a semi',
  ' colon\\; and a line\\nbreak',
  'DTSTART;TZID="Israel Standard Time":20270504T090000',
  'DURATION:PT50M',
  'RRULE:FREQ=WEEKLY;',
  '\tCOUNT=10',
  'EXDATE;TZID=Israel Standard Time:20270511T090000',
  'BEGIN:VALARM',
  'SUMMARY:An alarm is no appointment',
  'DTSTART:19990101T000000Z',
  'END:VALARM',
  'END:VEVENT',
  'BEGIN:VEVENT',
  'UID:series@example.com',
  'RECURRENCE-ID;TZID=Israel Standard Time:20270518T090000',
  'SUMMARY:Moved',
  'DTSTART;TZID=Israel Standard Time:20270519T110000',
  'DTEND;TZID=Israel Standard Time:20270519T115000',
  'END:VEVENT',
  'BEGIN:VEVENT',
  'UID:none@example.com',
  'SUMMARY:No start',
  'END:VEVENT',
  'BEGIN:VEVENT',
  'DTSTART;TZID=Middle/Earth:20270504T090000',
  'END:VEVENT',
  'BEGIN:VEVENT',
  'DTSTART;VALUE=DATE:20270601',
  'DTEND;VALUE=DATE:20270603',
  'SUMMARY:Two days',
  'END:VEVENT',
  'BEGIN:VEVENT',
  'DTSTART:20270504T070000Z',
  'DURATION:-PT5M',
  'END:VEVENT',
  'this is no content line at all',
  'BEGIN:VTODO',
  'DTSTART:20270504T070000Z',
  'END:VTODO',
  'BEGIN:VEVENT',
  'DTSTART:20270504T070000Z',
  'SUMMARY:Never ended',
].join('\r\n')

describe('the importer of the demo: iCalendar', () => {
  it('takes folded lines, zones by their Windows names, series, exceptions and days; skips zones, alarms and tasks', async () => {
    const entries = await read(fileWith('nasty.ics', NASTY_ICS))
    expect(rows(entries)).toMatchObject([
      {
        uid: 'series@example.com',
        title: 'A folded summary with a comma, a semicolon; and a line\nbreak',
        starts: '2027-05-04T09:00:00',
        minutes: 50,
        time_zone: 'Asia/Jerusalem',
        recurrence: 'RRULE:FREQ=WEEKLY;COUNT=10\nEXDATE;TZID=Asia/Jerusalem:20270511T090000',
      },
      {
        uid: null,
        title: 'Moved',
        starts: '2027-05-19T11:00:00',
        ends: '2027-05-19T11:50:00',
        recurrence: null,
      },
      { title: 'Two days', starts: '2027-06-01', ends: '2027-06-03', all_day: 1 },
    ])
    expect(entries.flatMap(entry => ('exception' in entry ? [entry.exception] : []))).toEqual([
      { uid: 'series@example.com', exdate: 'EXDATE;TZID=Asia/Jerusalem:20270518T090000' },
    ])
    expect(JSON.stringify(entries)).not.toContain('alarm')
  })

  it('leaves out what is wrong, by line and reason', async () => {
    expect(problems(await read(fileWith('nasty.ics', NASTY_ICS)))).toEqual([
      '31: it has no DTSTART',
      '35: "Middle/Earth" is no time zone',
      '43: its DURATION "-PT5M" is none',
      '51: the event has no END:VEVENT',
    ])
  })

  it.each([1, 2, 7, 64])('reads the same in pieces of %i', async size => {
    const whole = await collect(icsEntries('nasty.ics', inPieces(NASTY_ICS, NASTY_ICS.length)))
    expect(whole.length).toBeGreaterThan(7)
    expect(await collect(icsEntries('nasty.ics', inPieces(NASTY_ICS, size)))).toEqual(whole)
  })

  it('takes a description of a megabyte, folded', async () => {
    const notes = 'word '.repeat(209_716).trim()
    const folded = notes.replace(/.{70}/g, '$&\r\n ')
    const event = `BEGIN:VEVENT\r\nDTSTART:20270504T070000Z\r\nDESCRIPTION:${folded}\r\nEND:VEVENT`
    const path = fileWith('long.ics', `BEGIN:VCALENDAR\r\n${event}\r\nEND:VCALENDAR\r\n`)
    const [row] = rows(await read(path))
    expect(row?.notes?.length).toBe(notes.length)
    expect(row?.notes).toBe(notes)
  })

  it('says that a file without a calendar is none', async () => {
    const failed = read(fileWith('table.ics', 'start,title\n2027-05-04,x\n'))
    await expect(failed).rejects.toThrow('there is no BEGIN:VCALENDAR in it')
    await expect(failed).rejects.toBeInstanceOf(UsageError)
  })
})

describe('the importer of the demo: files that are none', () => {
  const binary = Uint8Array.from({ length: 4_096 }, (_, i) => (i * 37 + (i >> 8) * 11) % 256)
  const files: readonly [string, () => string, string][] = [
    ['a binary file', () => fileWith('binary.csv', binary), 'does not look like text'],
    ['an empty file', () => fileWith('empty.csv', ''), 'it is empty'],
    ['white space', () => fileWith('blank.ics', ' \r\n\t\n'), 'nothing but white space'],
    ['a missing file', () => join(folder, 'missing.csv'), 'there is no such file'],
    ['a wrong extension', () => fileWith('sheet.xlsx', 'start\n2027-05-04\n'), 'must end in .csv or .ics'],
    ['a directory', () => makeFolder('folder.csv'), 'it is a directory'],
  ]

  function makeFolder(name: string): string {
    const path = join(folder, name)
    mkdirSync(path)
    return path
  }

  it.each(files)('%s is refused by name, and why', async (_, make, reason) => {
    const path = make()
    const failed = read(path)
    await expect(failed).rejects.toThrow(reason)
    await expect(failed).rejects.toThrow(`Cannot import ${path}: `)
    await expect(failed).rejects.toBeInstanceOf(UsageError)
  })
})
