const WIDTH = 28
const EVERY_LINE_MS = 5_000

/** A bar that redraws itself on a terminal; elsewhere a line now and then. */
export class Progress {
  readonly #label: string
  readonly #isTerminal = process.stdout.isTTY === true
  #lastLine = ''
  #lastAt = Date.now()

  constructor(label: string) {
    this.#label = label
  }

  show(done: number, total: number, note = ''): void {
    const share = total === 0 ? 1 : Math.min(1, done / total)
    const text = `${done} of ${total}${note === '' ? '' : `, ${note}`}`
    if (this.#isTerminal) {
      const filled = Math.round(share * WIDTH)
      const bar = `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}`
      process.stdout.write(
        `\r\x1b[2K  ${this.#label} ${bar} ${text}`.slice(0, (process.stdout.columns ?? 80) + 4),
      )
      return
    }
    const now = Date.now()
    if (text === this.#lastLine || now - this.#lastAt < EVERY_LINE_MS) return
    this.#lastLine = text
    this.#lastAt = now
    console.log(`  ${this.#label} ${Math.floor(share * 100)} %: ${text}`)
  }

  end(text: string): void {
    if (this.#isTerminal) process.stdout.write('\r\x1b[2K')
    console.log(`  ${this.#label} ${text}`)
  }
}
