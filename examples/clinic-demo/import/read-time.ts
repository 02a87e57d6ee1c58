import { BadRow } from './problem.ts'

/** A date or time as people and other programs write it, in the form of the table. */
export interface ReadTime {
  /** `2027-05-04` or `2027-05-04T09:00:00`, with an offset if there was one. */
  readonly text: string
  readonly isDate: boolean
}

const DATE_FORMS: readonly { readonly form: RegExp; readonly order: readonly [number, number, number] }[] = [
  { form: /^(\d{4})-(\d{1,2})-(\d{1,2})/, order: [1, 2, 3] },
  { form: /^(\d{4})\/(\d{1,2})\/(\d{1,2})/, order: [1, 2, 3] },
  // As Google Calendar and Outlook export it.
  { form: /^(\d{1,2})\/(\d{1,2})\/(\d{4})/, order: [3, 1, 2] },
  { form: /^(\d{1,2})\.(\d{1,2})\.(\d{4})/, order: [3, 2, 1] },
  { form: /^(\d{4})(\d{2})(\d{2})(?!\d)/, order: [1, 2, 3] },
]
const TIME_FORM =
  /^(\d{1,2})(?::?(\d{2}))?(?::?(\d{2})(?:[.,]\d+)?)?\s*([AaPp])?\.?(?:[Mm]\.?)?\s*(Z|[+-]\d{2}:?\d{2})?$/

export function readTime(given: string): ReadTime {
  const text = given.trim()
  for (const { form, order } of DATE_FORMS) {
    const match = form.exec(text)
    if (!match) continue
    const [year, month, day] = order.map(index => Number(match[index])) as [number, number, number]
    const date = writeDate(year, month, day)
    const rest = text.slice(match[0].length).replace(/^(?:T|t|,?\s+)/, '')
    return rest === '' ? { text: date, isDate: true } : { text: `${date}T${readClock(rest)}`, isDate: false }
  }
  throw new BadRow(`"${excerpt(given)}" is no date or time`)
}

function readClock(text: string): string {
  const match = TIME_FORM.exec(text)
  if (!match) throw new BadRow(`"${excerpt(text)}" is no time of day`)
  const [, hours, minutes = '00', seconds = '00', half, offset = ''] = match
  const hour = half === undefined ? Number(hours) : (Number(hours) % 12) + (/p/i.test(half) ? 12 : 0)
  const isTime = hour < 24 && Number(minutes) < 60 && Number(seconds) < 60
  if (!isTime || (half !== undefined && Number(hours) > 12))
    throw new BadRow(`"${excerpt(text)}" is no time of day`)
  const zone = /^[+-]\d{4}$/.test(offset) ? `${offset.slice(0, 3)}:${offset.slice(3)}` : offset
  if (/^[+-]/.test(zone) && (Number(zone.slice(1, 3)) > 14 || Number(zone.slice(4)) > 59))
    throw new BadRow(`"${excerpt(text)}" has no real offset`)
  return `${String(hour).padStart(2, '0')}:${minutes}:${seconds}${zone}`
}

function writeDate(year: number, month: number, day: number): string {
  const date = new Date(Date.UTC(year, month - 1, day))
  const part = (value: number, size: number) => String(value).padStart(size, '0')
  const text = `${part(year, 4)}-${part(month, 2)}-${part(day, 2)}`
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day)
    throw new BadRow(`there is no ${text} in the calendar`)
  if (year < 1900 || year > 2199) throw new BadRow(`the year ${year} is out of the question`)
  return text
}

export function excerpt(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 60 ? `${line.slice(0, 60)}…` : line
}
