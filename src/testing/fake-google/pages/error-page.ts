import type { Reply } from '../wire/reply.ts'
import { escapeHtml, page } from './page.ts'

/** "Error 400: redirect_uri_mismatch", on Google's own page. */
export function errorPage(status: number, error: string, message: string): Reply {
  const body = `<main class="card">
<h1>Access blocked: Authorization Error</h1>
<p>${escapeHtml(message)}</p>
<p>If you are a developer of this app, see error details.</p>
<p><strong>Error ${status}: ${escapeHtml(error)}</strong></p>
</main>`
  return page({ status, title: `Error ${status}: ${error}`, body, reason: error })
}
