import type { Runtime } from '../contracts/runtime.ts'

/** 128 random bits, for names of passes, decisions and lease holders. */
export function newId(runtime: Runtime): string {
  return Buffer.from(runtime.random.bytes(16)).toString('base64url')
}
