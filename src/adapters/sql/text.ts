/** MySQL gets bytes: its string comparison ignores case or trailing blanks, and depends on the connection. */
export type Text = string | Uint8Array

// Ids may hold what databases cannot: NUL (Postgres), lone surrogates (UTF-8). Those travel escaped.
const ESCAPE = '\u001a'
const needsEscape = (value: string) => value.includes('\0') || value.includes(ESCAPE) || !value.isWellFormed()
const awkward = new RegExp(`[\\0${ESCAPE}]|\\p{Surrogate}`, 'gu')
const escaped = new RegExp(`${ESCAPE}([0-9a-f]{4})`, 'g')

export const escapeText = (value: string): string =>
  needsEscape(value)
    ? value.replace(awkward, char => ESCAPE + char.charCodeAt(0).toString(16).padStart(4, '0'))
    : value

export function readText(stored: Text): string {
  const value = typeof stored === 'string' ? stored : Buffer.from(stored).toString('utf8')
  return value.includes(ESCAPE)
    ? value.replace(escaped, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : value
}

/** Drivers answer 64-bit integers as number, string or bigint. */
export type Int = number | string | bigint

export const readInt = (stored: Int): number => Number(stored)
