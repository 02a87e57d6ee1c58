/** Google Groups, as far as free/busy questions expand them. */
export class Groups {
  private readonly _members = new Map<string, readonly string[]>()

  set(email: string, members: readonly string[]): void {
    this._members.set(email.toLowerCase(), members)
  }

  membersOf(email: string): readonly string[] | undefined {
    return this._members.get(email.toLowerCase())
  }
}
