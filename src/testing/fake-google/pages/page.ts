import { html, type Reply } from '../wire/reply.ts'
import { STYLE_PATH } from './paths.ts'

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, char => ESCAPES[char] ?? char)
}

export interface Page {
  readonly status?: number
  readonly title: string
  /** HTML, escaped by whoever made it. */
  readonly body: string
  /** Of an ES module. */
  readonly script?: string
  /** Pages of this machine may show it in a frame. */
  readonly framed?: boolean
  /** Goes into the report. */
  readonly reason?: string
}

/**
 * A page that needs nothing from outside. There is no `form-action`: browsers apply it to every redirect after a
 * form too, and where an app sends its users in the end is its own affair.
 */
export function page({ status = 200, title, body, script, framed = false, reason }: Page): Reply {
  const text = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="${STYLE_PATH}">${script === undefined ? '' : `\n<script type="module" src="${script}"></script>`}
</head>
<body>
${body}
</body>
</html>
`
  const ancestors = framed ? 'http://127.0.0.1:* http://localhost:*' : "'none'"
  const reply = html(status, text, reason)
  const policy = `default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; frame-ancestors ${ancestors}`
  return {
    ...reply,
    headers: {
      ...reply.headers,
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    },
  }
}
