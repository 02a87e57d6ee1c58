import type { Ids } from './ids.ts'

/** An OAuth client. Clients of one project share the user's grant, and its end. */
export interface Client {
  readonly clientId: string
  readonly clientSecret: string
  readonly projectNumber: string
  readonly redirectUris: Set<string>
  /** `testing`: refresh tokens live 7 days (External app in Testing). */
  publishing: 'production' | 'testing'
  /** The Calendar API is switched off in the project. */
  apiDisabled: boolean
  deleted: boolean
  /** Where Cross-Account Protection events go, if the project asked for them. */
  securityEventsUrl: string | undefined
}

export interface ClientInput {
  readonly redirectUris?: readonly string[] | undefined
  readonly clientId?: string | undefined
  readonly clientSecret?: string | undefined
  readonly projectNumber?: string | undefined
  readonly publishing?: 'production' | 'testing' | undefined
}

export class Clients {
  private readonly _byId = new Map<string, Client>()
  private readonly _ids: Ids
  private _project: string | undefined

  constructor(ids: Ids) {
    this._ids = ids
  }

  create(input: ClientInput = {}): Client {
    this._project ??= this._ids.projectNumber()
    const projectNumber = input.projectNumber ?? this._project
    const client: Client = {
      clientId: input.clientId ?? this._ids.clientId(projectNumber),
      clientSecret: input.clientSecret ?? this._ids.clientSecret(),
      projectNumber,
      redirectUris: new Set(input.redirectUris ?? []),
      publishing: input.publishing ?? 'production',
      apiDisabled: false,
      deleted: false,
      securityEventsUrl: undefined,
    }
    this._byId.set(client.clientId, client)
    return client
  }

  get(clientId: string): Client | undefined {
    return this._byId.get(clientId)
  }

  all(): Client[] {
    return [...this._byId.values()]
  }
}
