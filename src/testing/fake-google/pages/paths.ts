/** Beside Google's own paths; nothing there is Google's. */
export const PAGES_ROOT = '/_pages/'
export const STYLE_PATH = `${PAGES_ROOT}style.css`
export const CALENDAR_PATH = `${PAGES_ROOT}calendar`
export const AGENDA_PATH = `${PAGES_ROOT}calendar.json`
export const SCRIPT_PATH = `${PAGES_ROOT}calendar.js`
