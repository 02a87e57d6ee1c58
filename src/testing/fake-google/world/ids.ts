import type { Random } from '../../../contracts/runtime.ts'

const BASE32HEX = '0123456789abcdefghijklmnopqrstuv'
const HEX = '0123456789abcdef'
const DIGITS = '0123456789'
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Ids and secrets in the shapes Google's have. */
export class Ids {
  private readonly _random: Random

  constructor(random: Random) {
    this._random = random
  }

  eventId(): string {
    return this._text(BASE32HEX, 26)
  }

  subject(): string {
    return `1${this._text(DIGITS, 20)}`
  }

  projectNumber(): string {
    return `4${this._text(DIGITS, 11)}`
  }

  clientId(project: string): string {
    return `${project}-${this._text(BASE32HEX, 32)}.apps.googleusercontent.com`
  }

  clientSecret(): string {
    return `GOCSPX-${this._text(BASE64URL, 28)}`
  }

  code(): string {
    return `4/0A${this._text(BASE64URL, 70)}`
  }

  accessToken(): string {
    return `ya29.a0${this._text(BASE64URL, 160)}`
  }

  refreshToken(): string {
    return `1//0${this._text(BASE64URL, 98)}`
  }

  keyId(): string {
    return this._text(HEX, 40)
  }

  /** Workspace calendars have a `c_` prefix (observed). */
  calendarId(workspace: boolean): string {
    return `${workspace ? 'c_' : ''}${this._text(HEX, 64)}@group.calendar.google.com`
  }

  /** As in `meet.google.com/abc-defg-hij`. */
  meetingCode(): string {
    return [3, 4, 3].map(length => this._text(LETTERS, length)).join('-')
  }

  uuid(): string {
    return [8, 4, 4, 4, 12].map(length => this._text(HEX, length)).join('-')
  }

  private _text(alphabet: string, length: number): string {
    let text = ''
    for (const byte of this._random.bytes(length)) text += alphabet[byte % alphabet.length]
    return text
  }
}
