import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { parseArgs } from 'node:util'
import { MEMBERS } from '../express-clinic/members.ts'
import { SeededChance } from './random.ts'
import { BAD_LINES, SPECIAL_ROWS } from './special-rows.ts'

const USAGE = `Usage: node examples/clinic-demo/make-appointments.ts --rows N --out FILE [--seed N]
  Makes a .csv of N appointments in 2027, the awkward ones first.`

const HEADER = [
  ...['workspace', 'user', 'also_user', 'start', 'end', 'duration_minutes', 'time_zone', 'all_day', 'status'],
  ...['title', 'location', 'client_name', 'client_email', 'notes'],
] as const

export type CsvRow = Partial<Record<(typeof HEADER)[number], string>>

const ZONES = [
  ...['Asia/Jerusalem', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata'],
  ...['Europe/London', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Chatham', 'America/Sao_Paulo', 'UTC'],
]
const TITLES = [
  'Consultation',
  'Physiotherapy',
  'Follow-up',
  'Couples session',
  'Intake',
  'טיפול',
  'Erstgespräch',
]
const PLACES = [
  'Room 1',
  'Room 2, "garden" side',
  'Online',
  'Hauptstraße 5; 2. Stock',
  'מרפאה ראשית',
  'Étage 3',
]
const FIRST = [
  'Noa',
  'Yusuf',
  'Chloé',
  'Jürgen',
  'Ирина',
  '美咲',
  'שירה',
  'محمد',
  'Ana-María',
  'Siobhán',
  '🦊 Fox',
  "D'Arcy",
]
const LAST = [
  'Cohen',
  'Øst',
  'Müller',
  'Иванова',
  '佐藤',
  'לוי',
  'الهاشمي',
  'Ó Briain',
  'van der Berg',
  'Nguyễn',
]
const MINUTES = ['15', '30', '45', '50', '60', '90', '120']

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string' },
      out: { type: 'string' },
      seed: { type: 'string', default: '2027' },
      help: { type: 'boolean', default: false },
    },
  })
  const rows = Number(values.rows)
  if (values.help || values.out === undefined || !Number.isInteger(rows) || rows < 1) {
    console.log(USAGE)
    process.exitCode = values.help ? 0 : 2
    return
  }
  const out = createWriteStream(values.out)
  for (const line of lines(rows, new SeededChance(Number(values.seed)))) {
    if (!out.write(`${line}\r\n`)) await once(out, 'drain')
  }
  out.end()
  await once(out, 'close')
}

function* lines(rows: number, chance: SeededChance): Generator<string> {
  yield HEADER.join(',')
  const special = SPECIAL_ROWS.slice(0, rows)
  yield* special.map(csvLine)
  const usual = Math.max(0, rows - special.length)
  for (let i = 0; i < usual; i++) {
    const bad = BAD_LINES[(i - 9) / 25]
    if (bad !== undefined) yield bad
    yield csvLine(usualRow(i, chance))
  }
}

function usualRow(index: number, chance: SeededChance): CsvRow {
  const { workspaceId, userId, timeZone } = chance.pick(MEMBERS)
  const zone = chance.happens(0.3) ? chance.pick(ZONES) : timeZone
  const start = new Date(
    Date.UTC(2027, 0, 4 + chance.integer(0, 350), chance.integer(7, 19), 15 * chance.integer(0, 3)),
  )
  const minutes = chance.pick(MINUTES)
  const name = `${chance.pick(FIRST)} ${chance.pick(LAST)}`
  const row: CsvRow = {
    workspace: workspaceId,
    user: userId,
    time_zone: zone,
    status: chance.happens(0.05) ? 'cancelled' : chance.happens(0.08) ? 'tentative' : 'confirmed',
  }
  if (chance.happens(0.05)) {
    row.all_day = 'yes'
    row.start = dateOf(start)
    if (chance.happens(0.5)) row.end = dateOf(new Date(start.getTime() + 86_400_000 * chance.integer(1, 4)))
  } else {
    row.start = timeOf(start)
    if (chance.happens(0.5)) row.duration_minutes = minutes
    else if (chance.happens(0.95)) row.end = timeOf(new Date(start.getTime() + Number(minutes) * 60_000))
  }
  if (chance.happens(0.93)) row.title = chance.pick(TITLES)
  if (chance.happens(0.7)) row.location = chance.pick(PLACES)
  if (chance.happens(0.9)) {
    row.client_name = name
    row.client_email = `client.${index}@patients.example`
  }
  if (chance.happens(0.4))
    row.notes = `Private note no. ${index} on ${name}:\nsleeps badly, "better" since May`
  return row
}

function dateOf(date: Date): string {
  return date.toISOString().slice(0, 10)
}

function timeOf(date: Date): string {
  return date.toISOString().slice(0, 16).replace('T', ' ')
}

function csvLine(row: CsvRow): string {
  return HEADER.map(name => {
    const field = row[name] ?? ''
    return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field
  }).join(',')
}

await main()
