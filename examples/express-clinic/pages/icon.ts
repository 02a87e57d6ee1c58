import { type Html, html } from './html.ts'

/** Outlines on a grid of 16. */
const PATHS = {
  check: 'M3 8.5l3.5 3.5L13 4.5',
  wait: 'M4 2h8M4 14h8M5 2c0 4 6 4 6 6s-6 2-6 6M11 2c0 4-6 4-6 6s6 2 6 6',
  alert: 'M8 1.5L15 14H1zM8 6v4M8 11.8v.4',
  split: 'M2 3h4l4 10h4M2 13h4l1.2-3M8.8 6L10 3h4',
  past: 'M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13M8 4.5V8l3 2',
  off: 'M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13M3.5 12.5l9-9',
  question:
    'M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13M6 6.2a2 2 0 1 1 2.8 1.9c-.6.3-.8.6-.8 1.2M8 11.4v.3',
} as const

export type IconName = keyof typeof PATHS

/** For the eye only: the text beside it says the same. */
export function icon(name: IconName): Html {
  return html`<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false"><path d="${PATHS[name]}"/></svg>`
}
