import { accessSync, constants, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']

const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
]

/** Nothing a page does here takes longer. */
const PATIENCE_MS = 15_000

/** Of an installed Chromium: `CHROMIUM_PATH`, or one on the PATH. */
export function chromiumPath(): string | undefined {
  const { CHROMIUM_PATH, PATH = '' } = process.env
  if (CHROMIUM_PATH) return CHROMIUM_PATH
  const candidates = PATH.split(delimiter).flatMap(folder => NAMES.map(name => join(folder, name)))
  return candidates.find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

export async function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: FLAGS, timeout: PATIENCE_MS })
}

/** A page that fails the test when a script on it fails or its policy stops something. */
export async function openPage(browser: Browser, faults: string[]): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' })
  context.setDefaultTimeout(PATIENCE_MS)
  context.on('page', page => {
    page.on('pageerror', error => faults.push(error.message))
    page.on('console', message => {
      if (/Content Security Policy/.test(message.text())) faults.push(message.text())
    })
  })
  return context.newPage()
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface AxeResults {
  readonly violations: readonly {
    readonly id: string
    readonly nodes: readonly { readonly html: string }[]
  }[]
}

/** No violation that a machine can find, wide and light, and narrow and dark; and nothing sticks out at 320 px. */
export async function expectAccessible(page: Page, name: string): Promise<void> {
  for (const [width, colorScheme] of [
    [1280, 'light'],
    [320, 'dark'],
  ] as const) {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme })
    await page.evaluate(AXE)
    const { violations } = (await page.evaluate('axe.run()')) as AxeResults
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
    expect(found, `${name}, ${width} px, ${colorScheme}`).toEqual([])
    expect(
      await page.evaluate('document.documentElement.scrollWidth'),
      `width of ${name}`,
    ).toBeLessThanOrEqual(width)
    const folder = process.env.SCREENSHOTS
    if (folder) await page.screenshot({ path: join(folder, `${name}-${width}.png`), fullPage: true })
  }
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.emulateMedia({ colorScheme: 'light' })
}
