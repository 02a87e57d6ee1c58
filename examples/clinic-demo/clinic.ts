/** The clinics that use this app, and who works there. */
export interface Member {
  readonly workspaceId: string
  readonly userId: string
  readonly name: string
  /** The member's Google account. */
  readonly email: string
  readonly timeZone: string
  readonly calendar: 'primary' | 'dedicated'
  /** Agreed to see client names in the own calendar. */
  readonly showsNames: boolean
}

export const CALENDAR_NAME = 'Clinic appointments'

export const MEMBERS: readonly Member[] = [
  {
    workspaceId: 'riverside',
    userId: 'dana',
    name: 'Dana Levi',
    email: 'dana.levi@gmail.com',
    timeZone: 'Asia/Jerusalem',
    calendar: 'primary',
    showsNames: true,
  },
  {
    workspaceId: 'riverside',
    userId: 'jonas',
    name: 'Jonas Weber',
    email: 'jonas.weber@gmail.com',
    timeZone: 'Europe/Berlin',
    calendar: 'dedicated',
    showsNames: false,
  },
  {
    workspaceId: 'harbour',
    userId: 'maria',
    name: 'Maria Torres',
    email: 'maria.torres@gmail.com',
    timeZone: 'America/New_York',
    calendar: 'primary',
    showsNames: false,
  },
  {
    // The same user id as in the other clinic, and another person.
    workspaceId: 'harbour',
    userId: 'dana',
    name: 'Dana Whitlock',
    email: 'dana.whitlock@gmail.com',
    timeZone: 'Australia/Lord_Howe',
    calendar: 'primary',
    showsNames: false,
  },
]

export const WORKSPACES: readonly string[] = [...new Set(MEMBERS.map(member => member.workspaceId))]

export function membersOf(workspaceId: string): readonly Member[] {
  return MEMBERS.filter(member => member.workspaceId === workspaceId)
}

export function memberNamed(member: Pick<Member, 'workspaceId' | 'userId'>): string {
  return `${member.userId}@${member.workspaceId}`
}
