export interface Mail {
  readonly at: number
  readonly to: string
  readonly calendarId: string
  readonly eventId: string
  /** A `response` goes to the organizer. */
  readonly kind: 'invitation' | 'update' | 'cancellation' | 'response'
  /** The API method that caused it. */
  readonly method: string
  readonly sendUpdates: SendUpdates
}

export type SendUpdates = 'all' | 'externalOnly' | 'none'

/** Every mail Google would have sent to guests. */
export class Outbox {
  private _mails: Mail[] = []

  send(mail: Mail): void {
    this._mails.push(mail)
  }

  mails(): Mail[] {
    return [...this._mails]
  }

  clear(): void {
    this._mails = []
  }
}
