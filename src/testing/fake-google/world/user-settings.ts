/** Calendar API, "Settings". */
const DEFAULTS: Readonly<Record<string, string>> = {
  autoAddHangouts: 'false',
  dateFieldOrder: 'MDY',
  defaultEventLength: '60',
  format24HourTime: 'false',
  hideInvitations: 'false',
  hideWeekends: 'false',
  locale: 'en',
  remindOnRespondedEventsOnly: 'false',
  showDeclinedEvents: 'true',
  timezone: 'Etc/GMT',
  useKeyboardShortcuts: 'true',
  weekStart: '0',
}

export interface UserSetting {
  readonly id: string
  value: string
  seq: number
}

export class UserSettings {
  private readonly _byId: Map<string, UserSetting>
  private _seq = 0

  /** Without a zone of the user's own it is Google's default. */
  constructor(timeZone: string | undefined) {
    const values = { ...DEFAULTS, ...(timeZone !== undefined && { timezone: timeZone }) }
    this._byId = new Map(Object.entries(values).map(([id, value]) => [id, { id, value, seq: 0 }]))
  }

  get seq(): number {
    return this._seq
  }

  get(id: string): UserSetting | undefined {
    return this._byId.get(id)
  }

  all(): UserSetting[] {
    return [...this._byId.values()]
  }

  /** Answers whether there is such a setting. */
  set(id: string, value: string): boolean {
    const setting = this._byId.get(id)
    if (!setting) return false
    setting.value = value
    setting.seq = ++this._seq
    return true
  }

  isDefault({ id, value }: UserSetting): boolean {
    return DEFAULTS[id] === value
  }
}
