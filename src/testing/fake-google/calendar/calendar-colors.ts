/** Backgrounds of the calendar palette, ids 1 to 24 (observed); the foreground is always black. */
const BACKGROUNDS = [
  '#ac725e',
  '#d06b64',
  '#f83a22',
  '#fa573c',
  '#ff7537',
  '#ffad46',
  '#42d692',
  '#16a765',
  '#7bd148',
  '#b3dc6c',
  '#fbe983',
  '#fad165',
  '#92e1c0',
  '#9fe1e7',
  '#9fc6e7',
  '#4986e7',
  '#9a9cff',
  '#b99aff',
  '#c2c2c2',
  '#cabdbf',
  '#cca6ac',
  '#f691b2',
  '#cd74e6',
  '#a47ae2',
] as const

export function calendarColors(colorId: string): { backgroundColor: string; foregroundColor: string } {
  return { backgroundColor: BACKGROUNDS[Number(colorId) - 1] ?? '#9fc6e7', foregroundColor: '#000000' }
}

export function isCalendarColor(colorId: string): boolean {
  return /^\d{1,2}$/.test(colorId) && BACKGROUNDS[Number(colorId) - 1] !== undefined
}
