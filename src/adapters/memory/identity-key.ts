import type { IdentityKeyStore } from '../../contracts/identity-key-store.ts'

export class MemoryIdentityKeyStore implements IdentityKeyStore {
  #value: string | undefined

  async get(): Promise<string | undefined> {
    return this.#value
  }

  async putIfAbsent(value: string): Promise<string> {
    this.#value ??= value
    return this.#value
  }

  async replace(expected: string, value: string): Promise<boolean> {
    if (this.#value !== expected) return false
    this.#value = value
    return true
  }
}
