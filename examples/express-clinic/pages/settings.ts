import type { ConnectionSummary } from 'google-calendar-sync'
import type { Member } from '../members.ts'
import { headlineOf } from './connection-words.ts'
import { type Html, html, type Part } from './html.ts'
import { icon } from './icon.ts'
import { layout, notice } from './layout.ts'
import { agreements, switches } from './switches.ts'
import { causeInWords, isGoodResult, resultInWords } from './words.ts'

export interface SettingsPage {
  readonly member: Member
  /** Undefined when the library could not say. */
  readonly summary: ConnectionSummary | undefined
  /** What the callback said, when the browser comes from there. */
  readonly result: string | undefined
  /** Of the Google account to suggest. */
  readonly loginHint: string | undefined
}

export function settingsPage({ member, summary, result, loginHint }: SettingsPage): Html {
  const body = html`<h1>Google Calendar</h1>
${result !== undefined && notice(resultInWords(result), isGoodResult(result) ? 'good' : 'bad')}
<p>Connect your Google Calendar to see your appointments there. What you create, move or cancel here follows within seconds. Changes made in Google Calendar do not come back: this app is what counts.</p>
<p id="said" role="status" class="said"></p>
<noscript><p class="notice bad">This page needs JavaScript.</p></noscript>
${status(summary)}
${summary?.status === 'disconnected' ? connectPart(loginHint) : summary && connectedParts(summary, loginHint)}
${agreements()}
${disconnectDialog()}
<footer class="quiet"><p>What this app gets from Google is used for this and nothing else, following Google’s
<a href="https://developers.google.com/terms/api-services-user-data-policy">API Services User Data Policy</a>, including its Limited Use requirements.</p></footer>`
  return layout({ title: 'Google Calendar', member, path: '/settings', body, scripts: ['settings.js'] })
}

function status(summary: ConnectionSummary | undefined): Html {
  if (!summary) {
    return html`<section id="status" data-live class="panel" aria-labelledby="status-heading">
<h2 id="status-heading" tabindex="-1">${icon('question')} Not known just now</h2>
<p>The calendar service does not answer. Your appointments are safe here; this page tries again by itself.</p>
</section>`
  }
  const headline = headlineOf(summary)
  const { connected, lastSyncAt, lastError, pending, failed, cause, quotaPausedUntil } = summary
  // The other headlines say it all.
  const words = summary.status === 'error' ? causeInWords(cause) : undefined
  return html`<section id="status" data-live data-status="${summary.status}" class="panel ${summary.status}" aria-labelledby="status-heading">
<h2 id="status-heading" tabindex="-1">${icon(headline.icon)} ${headline.text}</h2>
<p>${headline.more}</p>
${words && html`<p class="why">${words}</p>`}
${quotaPausedUntil !== undefined && html`<p class="why">${causeInWords('quota')} The next try: ${moment(quotaPausedUntil)}.</p>`}
${headline.next === 'reconnect' && html`<p><button id="reconnect" class="primary" data-connect>Connect again</button></p>`}
${
  connected &&
  html`<dl>
<div><dt>Calendar</dt><dd>${summary.calendar === 'dedicated' ? 'A separate calendar, made by this app' : 'Your own calendar'}</dd></div>
<div><dt>Last sync</dt><dd>${lastSyncAt === undefined ? 'Not yet' : moment(lastSyncAt)}</dd></div>
<div><dt>Waiting</dt><dd>${many(pending)}</dd></div>
<div><dt>Failed</dt><dd>${many(failed)}</dd></div>
${lastError && html`<div class="wide"><dt>Last error</dt><dd>${causeInWords(lastError.code)} (${moment(lastError.at)})</dd></div>`}
</dl>`
}
${progress(summary)}
</section>`
}

function many(count: number): string {
  return count >= 1_000 ? '1000 or more' : String(count)
}

/** The script turns it into "2 minutes ago". */
function moment(ms: number): Html {
  const iso = new Date(ms).toISOString()
  return html`<time datetime="${iso}" data-relative>${iso.slice(0, 16).replace('T', ' ')} UTC</time>`
}

function progress({ progress: pass, status }: ConnectionSummary): Part {
  // One that waits for the connection does not move.
  if (!pass || (pass.finishedAt === undefined && status !== 'active')) return undefined
  const what =
    pass.kind === 'stale' ? 'Bringing your events in line with the settings' : 'Comparing everything'
  const text = `${pass.checked} looked at, ${pass.marked} to write`
  if (pass.finishedAt === undefined) {
    return html`<p class="progress"><progress aria-label="${what}"></progress> ${what}: ${text}.</p>`
  }
  return html`<p class="quiet">Last comparison: ${text}, done ${moment(pass.finishedAt)}.</p>`
}

function connectPart(loginHint: string | undefined): Html {
  return html`<section id="connect" data-live class="panel" aria-labelledby="connect-heading"${hint(loginHint)}>
<h2 id="connect-heading" tabindex="-1">Connect</h2>
<p>Google opens in a small window and asks whether this app may:</p>
<ul><li>know which Google account it is, and its e-mail address,</li><li>write events to the calendar that you choose here.</li></ul>
<p>Without your consent below, no client names, notes or addresses are sent.</p>
${calendarChoice('primary')}
<p><button id="connect-button" class="primary" data-connect data-chooses>Connect Google Calendar</button></p>
</section>`
}

function calendarChoice(chosen: 'primary' | 'dedicated'): Html {
  return html`<fieldset>
<legend>Which calendar</legend>
<label class="tick"><input type="radio" name="calendar" value="primary"${chosen === 'primary' && html` checked`}> <span>My own calendar <span class="quiet">Appointments stand among your other events.</span></span></label>
<label class="tick"><input type="radio" name="calendar" value="dedicated"${chosen === 'dedicated' && html` checked`}> <span>A separate calendar <span class="quiet">The app makes one for appointments and sees nothing else.</span></span></label>
</fieldset>`
}

function connectedParts(summary: ConnectionSummary, loginHint: string | undefined): Html {
  const { settings, calendar = 'primary' } = summary
  const isLeaving = summary.status === 'disconnecting'
  return html`<section id="settings" data-live class="panel" aria-labelledby="settings-heading"${hint(loginHint)}${isLeaving && html` hidden`}>
<h2 id="settings-heading" tabindex="-1">Settings</h2>
${settings && switches(settings)}
<h3 id="now-heading">Sync now</h3>
<p>Compares every appointment with your calendar and mends what is off. It is not needed in daily use.</p>
<p><button id="sync-now" data-sync>Sync now</button></p>
${calendarChoice(calendar)}
<p><button id="change-calendar" data-connect data-chooses>Use this calendar</button></p>
<h3>Disconnect</h3>
<p>Sync ends, and this app gives its access to your Google account back.</p>
<p><button id="disconnect-button" class="bad" data-opens="disconnect-dialog">Disconnect…</button></p>
</section>`
}

function hint(loginHint: string | undefined): Part {
  return loginHint !== undefined && html` data-login-hint="${loginHint}"`
}

function disconnectDialog(): Html {
  return html`<dialog id="disconnect-dialog" aria-labelledby="disconnect-title">
<form method="dialog">
<h2 id="disconnect-title">Disconnect Google Calendar?</h2>
<fieldset>
<legend>The events that are in your calendar now</legend>
<label class="tick"><input type="radio" name="events" value="keep" checked> <span>Keep them <span class="quiet">They no longer change. You can delete them yourself.</span></span></label>
<label class="tick"><input type="radio" name="events" value="remove"> <span>Remove them <span class="quiet">Only events of this app. Your other events are not touched.</span></span></label>
</fieldset>
<div class="actions"><button value="yes" class="bad">Disconnect</button> <button value="no">Stay connected</button></div>
</form>
</dialog>`
}

/** Where Google's window ends. It tells the page that opened it, and closes. */
export function connectedPage(member: Member, result: string): Html {
  const body = html`<h1>Google Calendar</h1>
<p class="notice ${isGoodResult(result) ? 'good' : 'bad'}" role="status" id="result" data-result="${result}">${resultInWords(result)}</p>
<p>You can close this window. <a href="/settings">Back to the settings</a></p>`
  return layout({
    title: 'Google Calendar',
    body: html`${body}<p class="quiet"><bdi>${member.name}</bdi></p>`,
    scripts: ['connected.js'],
  })
}
