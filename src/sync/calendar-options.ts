import type { Connection, Target } from '../contracts/connection.ts'

/** A calendar that a user can choose. The scopes asked for do not list a user's other calendars. */
export interface CalendarOption {
  /** The user's own calendar, or one that the library creates for the appointments alone. */
  readonly kind: Target['kind']
  /** Of a calendar that the library creates. */
  readonly name?: string | undefined
  readonly chosen: boolean
}

export function calendarOptions(
  connection: Connection | undefined,
  dedicatedName: string,
): readonly CalendarOption[] {
  const isTied = connection !== undefined && connection.status !== 'disconnected'
  const chosen = isTied ? connection.target?.kind : undefined
  return [
    { kind: 'primary', chosen: chosen === 'primary' },
    { kind: 'dedicated', name: dedicatedName, chosen: chosen === 'dedicated' },
  ]
}
