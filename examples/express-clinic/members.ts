/** The clinics that use this app, and who works there. */
export interface Member {
  readonly workspaceId: string
  readonly userId: string
  readonly name: string
  /** The member's Google account. */
  readonly email: string
  readonly timeZone: string
}

export const CALENDAR_NAME = 'Clinic appointments'

export const MEMBERS: readonly Member[] = [
  {
    workspaceId: 'riverside',
    userId: 'dana',
    name: 'Dana Levi',
    email: 'dana.levi@gmail.com',
    timeZone: 'Asia/Jerusalem',
  },
  {
    workspaceId: 'riverside',
    userId: 'jonas',
    name: 'Jonas Weber',
    email: 'jonas.weber@gmail.com',
    timeZone: 'Europe/Berlin',
  },
  {
    workspaceId: 'harbour',
    userId: 'maria',
    name: 'Maria Torres',
    email: 'maria.torres@gmail.com',
    timeZone: 'America/New_York',
  },
  {
    // The same user id as in the other clinic, and another person.
    workspaceId: 'harbour',
    userId: 'dana',
    name: 'Dana Whitlock',
    email: 'dana.whitlock@gmail.com',
    timeZone: 'Australia/Lord_Howe',
  },
]

export const WORKSPACES: readonly string[] = [...new Set(MEMBERS.map(member => member.workspaceId))]

const WORKSPACE_NAMES: Readonly<Record<string, string>> = {
  riverside: 'Riverside Practice',
  harbour: 'Harbour Therapy Centre',
}

export function workspaceName(workspaceId: string): string {
  return WORKSPACE_NAMES[workspaceId] ?? workspaceId
}

export function membersOf(workspaceId: string): readonly Member[] {
  return MEMBERS.filter(member => member.workspaceId === workspaceId)
}

export function findMember(workspaceId: string, userId: string): Member | undefined {
  return MEMBERS.find(member => member.workspaceId === workspaceId && member.userId === userId)
}

export function memberNamed(member: Pick<Member, 'workspaceId' | 'userId'>): string {
  return `${member.userId}@${member.workspaceId}`
}
