import type { Random } from '../../../contracts/runtime.ts'

const BASE32HEX = '0123456789abcdefghijklmnopqrstuv'
const HEX = '0123456789abcdef'
const DIGITS = '0123456789'
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Ids and secrets in the shapes Google's have. */
export class Ids {
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  eventId = () => this.#text(BASE32HEX, 26)
  subject = () => `1${this.#text(DIGITS, 20)}`
  projectNumber = () => `4${this.#text(DIGITS, 11)}`
  clientId = (project: string) => `${project}-${this.#text(BASE32HEX, 32)}.apps.googleusercontent.com`
  clientSecret = () => `GOCSPX-${this.#text(BASE64URL, 28)}`
  code = () => `4/0A${this.#text(BASE64URL, 70)}`
  accessToken = () => `ya29.a0${this.#text(BASE64URL, 160)}`
  refreshToken = () => `1//0${this.#text(BASE64URL, 98)}`
  keyId = () => this.#text(HEX, 40)
  /** Workspace calendars have a `c_` prefix (observed). */
  calendarId = (workspace: boolean) =>
    `${workspace ? 'c_' : ''}${this.#text(HEX, 64)}@group.calendar.google.com`

  #text(alphabet: string, length: number): string {
    let text = ''
    for (const byte of this.#random.bytes(length)) text += alphabet[byte % alphabet.length]
    return text
  }
}
