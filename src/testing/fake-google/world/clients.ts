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
}

export interface ClientInput {
  readonly redirectUris?: readonly string[] | undefined
  readonly clientId?: string | undefined
  readonly clientSecret?: string | undefined
  readonly projectNumber?: string | undefined
  readonly publishing?: 'production' | 'testing' | undefined
}

export class Clients {
  readonly #byId = new Map<string, Client>()
  readonly #ids: Ids
  #project: string | undefined

  constructor(ids: Ids) {
    this.#ids = ids
  }

  create(input: ClientInput = {}): Client {
    this.#project ??= this.#ids.projectNumber()
    const projectNumber = input.projectNumber ?? this.#project
    const client: Client = {
      clientId: input.clientId ?? this.#ids.clientId(projectNumber),
      clientSecret: input.clientSecret ?? this.#ids.clientSecret(),
      projectNumber,
      redirectUris: new Set(input.redirectUris ?? []),
      publishing: input.publishing ?? 'production',
      apiDisabled: false,
      deleted: false,
    }
    this.#byId.set(client.clientId, client)
    return client
  }

  get(clientId: string): Client | undefined {
    return this.#byId.get(clientId)
  }

  all(): Client[] {
    return [...this.#byId.values()]
  }
}
