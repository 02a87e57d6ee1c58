/**
 * The identity key: sealed once, re-sealed on rotation, never changed (ENGINE E).
 *
 * 1. `putIfAbsent` answers the value that is stored afterwards: of racing writers all get the winner's.
 * 2. `replace` swaps the stored value for another if it still is `expected`.
 */
export interface IdentityKeyStore {
  get(): Promise<string | undefined>
  putIfAbsent(value: string): Promise<string>
  replace(expected: string, value: string): Promise<boolean>
}
