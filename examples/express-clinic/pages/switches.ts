import type { ConnectionSettings, SensitiveSetting } from 'google-calendar-sync'
import { type Html, html } from './html.ts'
import { icon } from './icon.ts'

interface Warning {
  readonly setting: SensitiveSetting
  /** The library's name for it on the wire. */
  readonly name: string
  /** Of the wording below: recorded with the agreement. Change it whenever the wording changes. */
  readonly textId: string
  readonly label: string
  readonly hint: string
  readonly warning: string
  readonly agreement: string
}

const WARNINGS: readonly Warning[] = [
  {
    setting: 'includeClientNames',
    name: 'include_client_names',
    textId: 'client-names-2026-11',
    label: 'Show client names',
    hint: '“Appointment with Joe Doe” instead of “Appointment”.',
    warning:
      'Client names will leave this app and be stored by Google. Everybody who can see your calendar will read them: people you share it with, assistants, apps that you gave access, and whoever looks at your phone. That somebody sees a therapist is health information.',
    agreement: 'I understand this and am allowed to share client names with Google.',
  },
  {
    setting: 'includeNotes',
    name: 'include_notes',
    textId: 'notes-2026-11',
    label: 'Show notes',
    hint: 'An appointment’s notes become the description of its event, unless the client is invited to it.',
    warning:
      'Your notes will leave this app and be stored by Google, readable for everybody who can see your calendar. Notes of sessions do not belong there.',
    agreement: 'I understand this and will keep health information out of the notes.',
  },
  {
    setting: 'notifyClients',
    name: 'notify_clients',
    textId: 'invitations-2026-11',
    label: 'Invite clients',
    hint: 'Clients who agreed to it get invitations by e-mail from Google.',
    warning:
      'Google will send e-mail in your name to clients whose appointment says that they agreed: for new, changed and cancelled appointments. Their addresses will be stored by Google, and they will see yours.',
    agreement: 'I understand this and have my clients’ consent.',
  },
]

export function switches(settings: ConnectionSettings): Html {
  return html`${toggle({ name: 'enabled', label: 'Sync automatically', hint: 'Every change here goes to Google Calendar by itself.', isOn: settings.enabled })}
<h3>What your calendar shows</h3>
<p>Times, title and place are always sent. The rest stays here unless you allow it; turning it off takes it out of your calendar again.</p>
${WARNINGS.map(({ setting, name, label, hint }) => toggle({ name, label, hint, isOn: settings[setting], dialog: `agree-${name}` }))}`
}

interface Toggle {
  readonly name: string
  readonly label: string
  readonly hint: string
  readonly isOn: boolean
  /** Asked before it is turned on. */
  readonly dialog?: string
}

function toggle({ name, label, hint, isOn, dialog }: Toggle): Html {
  return html`<div class="switch">
<input type="checkbox" role="switch" id="${name}" data-setting="${name}" aria-describedby="${name}-hint"${isOn && html` checked`}${dialog && html` data-asks="${dialog}"`}>
<div><label for="${name}">${label}</label>
<p class="hint" id="${name}-hint">${hint}</p></div>
</div>
`
}

/** Kept apart from what is refreshed, so that an open one stays open. */
export function agreements(): readonly Html[] {
  return WARNINGS.map(
    ({
      name,
      textId,
      label,
      warning,
      agreement,
    }) => html`<dialog id="agree-${name}" aria-labelledby="agree-${name}-title" data-setting="${name}" data-text="${textId}">
<form method="dialog">
<h2 id="agree-${name}-title">${icon('alert')} ${label}?</h2>
<p>${warning}</p>
<label class="tick"><input type="checkbox" required> ${agreement}</label>
<div class="actions"><button value="yes" class="primary">Turn on</button> <button value="no" formnovalidate>Cancel</button></div>
</form>
</dialog>
`,
  )
}
