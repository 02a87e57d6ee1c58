import type { Keyring, SealContext } from '../../src/oauth/index.ts'

/** A keyring that opens each value once: the same value opens to the same text, and every run of the engine asks. */
export function opensOnce(keyring: Keyring, opened: Map<string, string>): Keyring {
  return {
    ...keyring,
    openText(sealed: string, context: SealContext): string {
      const key = `${sealed} ${context.purpose} ${context.workspaceId} ${context.userId}`
      const known = opened.get(key)
      if (known !== undefined) return known
      const text = keyring.openText(sealed, context)
      opened.set(key, text)
      return text
    },
  }
}
