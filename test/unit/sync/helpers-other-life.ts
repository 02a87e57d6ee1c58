import { inProcessQueue } from '../../../src/adapters/in-process-queue/index.ts'
import { type MemoryStores, memoryStores } from '../../../src/adapters/memory/index.ts'
import type { AccountRef, AppointmentRef } from '../../../src/contracts/identity.ts'
import type { AuthorizationOptions, AuthorizationResult, GoogleCalendarSync } from '../../../src/index.ts'
import type { TestKit } from '../../../src/testing/index.ts'

/** The same host on new, empty stores, over the same fake Google. */
export class OtherLife {
  readonly kit: TestKit
  readonly stores: MemoryStores
  readonly sync: GoogleCalendarSync

  private constructor(kit: TestKit, stores: MemoryStores) {
    this.kit = kit
    this.stores = stores
    const jobQueue = inProcessQueue({ runtime: kit.runtime })
    this.sync = kit.anotherProcess({ jobQueue, stateStore: stores.state, tokenStore: stores.tokens })
  }

  static async of(kit: TestKit, options: { readonly sameIdentity: boolean }): Promise<OtherLife> {
    const stores = memoryStores({ runtime: kit.runtime })
    const identity = await kit.stores.state.identityKey.get()
    if (options.sameIdentity && identity !== undefined) await stores.state.identityKey.putIfAbsent(identity)
    return new OtherLife(kit, stores)
  }

  connect(
    account: AccountRef,
    email: string,
    options: AuthorizationOptions = {},
  ): Promise<AuthorizationResult> {
    return this.kit.run(async () => {
      const started = await this.sync.authorizationUrl(account, options)
      const redirect = new URL(this.kit.google.control.approve(started.url, { email }))
      const query = Object.fromEntries(redirect.searchParams)
      return this.sync.completeAuthorization({ ...query, binding: started.binding })
    })
  }

  async settle(): Promise<void> {
    for (let i = 0; i < 100; i++) {
      if ((await this.kit.run(() => this.sync.runDue({ maxMs: 600_000 }))).idle) return
    }
    throw new Error('There was always more to do.')
  }

  async changed(of: AppointmentRef): Promise<void> {
    await this.kit.run(() => this.sync.appointmentChanged(of))
    await this.settle()
  }
}
